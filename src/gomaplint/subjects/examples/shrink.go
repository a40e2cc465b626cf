package main

import "runtime"

var rooms = map[string]int{}

func main() {
	rooms["lobby"]++
	clear(rooms)
	runtime.GC() // subject
}
