package main

import "sync"

var hits sync.Map

func main() {
	n := 0
	hits.Range(func(_, _ any) bool { // subject
		n++
		return true
	})
	println(n)
}
