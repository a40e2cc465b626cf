package main

import (
	"os"
	"time"

	"github.com/patrickmn/go-cache"
)

var users = cache.New(time.Hour, 0) // subject

func main() {
	for _, name := range os.Args {
		users.SetDefault(name, len(name))
	}
}
