// Command emptying measures what maps still hold after they were emptied in several ways.
//
// For each way fresh maps are filled, measured, emptied and measured again.
package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"example.com/experiments/measure"
)

const million = 1_000_000

// visited makes a loop's body more than a delete, or the compiler would take the loop for a clear.
var visited int

// A way empties a map and returns the one that is used from then on; then is what is done once, after all maps.
type way[K comparable, V any] struct {
	name  string
	empty func(map[K]V) map[K]V
	then  func()
}

func ways[K comparable, V any]() []way[K, V] {
	deleteAll := func(m map[K]V) map[K]V {
		for k := range m {
			visited++
			delete(m, k)
		}
		return m
	}
	return []way[K, V]{
		{"delete in a loop", deleteAll, nil},
		{"a loop of nothing but delete", func(m map[K]V) map[K]V {
			for k := range m {
				delete(m, k)
			}
			return m
		}, nil},
		{"clear(m)", func(m map[K]V) map[K]V {
			clear(m)
			return m
		}, nil},
		{"delete and FreeOSMemory", deleteAll, debug.FreeOSMemory},
		{"m = make(...)", func(map[K]V) map[K]V { return make(map[K]V) }, nil},
		{"m = nil", func(map[K]V) map[K]V { return nil }, nil},
	}
}

// measureWays empties maps of n entries each; of several small maps the mean is printed.
func measureWays[K comparable, V any](kind string, maps, n int, key func(int) K, value func(int) V) {
	show := func(state string, bytes int64) {
		what := fmt.Sprintf("%s of %d: %s", kind, n, state)
		if maps > 1 {
			measure.Each(what, bytes, maps)
		} else {
			measure.MB(what, bytes)
		}
	}
	var filled int64
	var left []int64
	for _, w := range ways[K, V]() {
		all := make([]map[K]V, maps)
		before := measure.Held()
		for i := range all {
			all[i] = make(map[K]V)
			for j := 0; j < n; j++ {
				all[i][key(j)] = value(j)
			}
		}
		filled += measure.Held() - before
		for i := range all {
			all[i] = w.empty(all[i])
		}
		if w.then != nil {
			w.then()
		}
		left = append(left, measure.Held()-before)
		runtime.KeepAlive(all)
	}
	show("filled", filled/int64(len(left)))
	for i, w := range ways[K, V]() {
		show(w.name, left[i])
	}
}

func main() {
	keys := measure.Keys(million)
	number := func(i int) int64 { return int64(i) }
	text := func(i int) string { return keys[i] }
	block := func(int) *[64]byte { return new([64]byte) }

	measureWays("map[int64]*[64]byte", 1, million, number, block)
	measureWays("map[string][]byte (64 bytes each)", 1, million, text, func(int) []byte { return make([]byte, 64) })
	measureWays("map[int64]int64", 1, million, number, number)
	measureWays("map[string]struct{}", 1, million, text, func(int) (v struct{}) { return })
	measureWays("map[int64][64]byte", 1, million, number, func(int) (v [64]byte) { return })
	measureWays("map[int64][200]byte", 1, million/4, number, func(int) (v [200]byte) { return })
	measureWays("map[any]int64 (int64 keys)", 1, million/4, func(i int) any { return int64(i) }, number)
	measureWays("map[int64]*[64]byte", 2_000, 100, number, block)
	measureWays("map[int64]*[64]byte", 10_000, 8, number, block)
	runtime.KeepAlive(keys)
}
