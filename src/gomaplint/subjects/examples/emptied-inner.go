package main

var rooms = map[string]map[string]bool{}

func main() {
	enter("lobby", "ann")
	leave("lobby", "ann")
}

func enter(room, name string) {
	if rooms[room] == nil {
		rooms[room] = map[string]bool{}
	}
	rooms[room][name] = true
}

func leave(room, name string) {
	delete(rooms[room], name) // subject
}
