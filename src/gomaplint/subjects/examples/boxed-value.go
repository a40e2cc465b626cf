package main

import "os"

type user struct{ name string }

var users = map[string]any{}

func main() {
	for _, name := range os.Args {
		users[name] = &user{name} // subject
	}
	println(users["ann"].(*user).name)
}
