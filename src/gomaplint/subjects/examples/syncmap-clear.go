package main

import "sync"

var hits sync.Map

func main() {
	hits.Store("ann", 1)
	hits.Range(func(name, _ any) bool { // subject
		hits.Delete(name)
		return true
	})
}
