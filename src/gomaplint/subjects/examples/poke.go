package main

import (
	"reflect"
	"sync"
)

var seen sync.Map

func main() {
	v := reflect.ValueOf(&seen).Elem()
	println(v.FieldByName("misses").Int()) // subject
}
