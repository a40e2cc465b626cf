package main

import "sync"

type room struct{ names map[string]bool }

var rooms sync.Map

func main() {
	v, _ := rooms.LoadOrStore("lobby", &room{names: map[string]bool{}}) // subject
	v.(*room).names["ann"] = true
	rooms.Store("attic", &room{})
}
