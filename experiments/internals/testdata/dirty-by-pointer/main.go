// Command dirty-by-pointer counts the dirty half of a sync.Map by reflection.
package main

import (
	"fmt"
	"reflect"
	"sync"
)

func main() {
	var m sync.Map
	m.Store(1, 1)
	fmt.Println("counts", reflect.ValueOf(&m).Elem().FieldByName("dirty").Len())
}
