// Command sets measures sets with keys and values laid out apart from each other, which saves what they pad.
//
// That is GOEXPERIMENT=mapsplitgroup of Go 1.27, with which run.py builds it; the other figures are those of size.
package main

import (
	"fmt"
	"runtime"

	"example.com/experiments/measure"
)

func per[V any](kind string) {
	var value V
	for n := 1_000; n <= 1_000_000; n *= 10 {
		maps := make([]map[int64]V, max(1, 100_000/n))
		before := measure.Held()
		for i := range maps {
			maps[i] = make(map[int64]V)
			for k := 0; k < n; k++ {
				maps[i][int64(k)] = value
			}
		}
		measure.Each(fmt.Sprintf("map[int64]%s of %d, per entry", kind, n), measure.Held()-before, n*len(maps))
		runtime.KeepAlive(maps)
	}
}

func main() {
	per[struct{}]("struct{}")
	per[bool]("bool")
	per[int64]("int64")
}
