package main

var hits = map[string]int{}

func main() {
	hits["ann"]++
	for name := range hits { // subject
		delete(hits, name)
	}
	for name, n := range hits {
		if n == 0 {
			delete(hits, name)
		}
	}
}
