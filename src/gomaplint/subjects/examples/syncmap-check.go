package main

import "sync"

var hits sync.Map

func main() {
	count("ann")
}

func count(name string) {
	n, _ := hits.Load(name)
	m, _ := n.(int)
	hits.Store(name, m+1) // subject
}
