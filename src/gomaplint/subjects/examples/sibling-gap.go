package main

var (
	conns = map[string]int{}
	names = map[string]string{}
)

func main() {
	join("ann")
	leave("ann")
}

func join(id string) {
	conns[id]++
	names[id] = "new"
}

func leave(id string) {
	delete(conns, id) // subject
}
