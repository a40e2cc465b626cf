package main

import "sync"

var users sync.Map

func main() {
	users.Store("ann", map[string]int{})
	if v, ok := users.Load("ann"); ok {
		v.(map[string]int)["hits"]++ // subject
	}
}
