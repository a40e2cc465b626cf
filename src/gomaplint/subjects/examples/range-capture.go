package main

func main() {
	var name string
	for _, name = range []string{"ann", "bob"} {
		go func() {
			println(name) // subject
		}()
		func() { println(name) }()
	}
}
