package main

var scores = map[string]map[string]int{}

func main() {
	scores["ann"] = map[string]int{}
	scores["ann"]["chess"] = 1 // subject
}
