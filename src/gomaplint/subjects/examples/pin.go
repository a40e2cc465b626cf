package main

import (
	"log"
	"os"
	"strings"
)

var names = map[string]string{}

func main() {
	data, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		log.Fatal(err)
	}
	text := string(data)
	names["first"] = text[:10] // subject
	names["copy"] = strings.Clone(text[:10])
	println(names["first"], names["copy"])
}
