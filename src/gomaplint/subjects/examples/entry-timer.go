package main

import "time"

var sessions = map[string]bool{}

func main() {
	open("ann")
	time.AfterFunc(time.Minute, func() { println("tick") })
}

func open(id string) {
	sessions[id] = true
	time.AfterFunc(time.Hour, func() { delete(sessions, id) }) // subject
}
