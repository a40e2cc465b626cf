// Command cap-of-map asks for the capacity of a map.
package main

func main() { println(cap(map[int]int{})) }
