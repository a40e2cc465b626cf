// Command field-of-map takes the address of a map's buckets, as if a map were a struct.
package main

func main() {
	m := make(map[string]int, 1000)
	p := &m.buckets
	_ = p
}
