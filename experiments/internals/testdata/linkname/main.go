// Command linkname takes hold of a function that the runtime keeps for itself.
//
// run.py puts each line of names.txt in the place of runtime.mapclear.
package main

import (
	_ "maps"
	"os"
	"reflect"
	_ "sync"
	_ "unsafe"
)

//go:linkname function runtime.mapclear
func function()

func main() {
	if reflect.ValueOf(function).Pointer() != 0 {
		os.Stdout.WriteString("links\n")
	}
}
