// Command dirty-by-value looks for the dirty half of a sync.Map in a copy of it.
package main

import (
	"fmt"
	"reflect"
	"sync"
)

func main() {
	var m sync.Map
	m.Store(1, 1)
	fmt.Println(reflect.ValueOf(m).FieldByName("dirty").UnsafeAddr() != 0)
}
