// Command boxing compares values of interface type with concrete ones, and what both cost the garbage collector.
//
// The collector's time is the processor time of one cycle while the map is all there is.
package main

import (
	"runtime"

	"example.com/experiments/measure"
)

const million = 1_000_000

type point struct{ x, y int64 }

func with[K comparable, V any](kind string, key func(int) K, value func(int) V) {
	before := measure.Heap()
	m := make(map[K]V)
	for i := 0; i < million; i++ {
		m[key(i)] = value(i)
	}
	after := measure.Heap()
	measure.Each(kind+": per entry", int64(after.HeapAlloc-before.HeapAlloc), million)
	measure.Figure(kind+": objects per entry", float64(after.HeapObjects-before.HeapObjects)/million)

	collection := measure.Cheapest(20, runtime.GC)
	measure.Rough(kind+": one collection, ms of processor time", collection.Seconds()*1e3)
	runtime.KeepAlive(m)
}

func values[V any](kind string, value func(int) V) {
	with("map[int64]"+kind, func(i int) int64 { return int64(i) }, value)
}

func main() {
	texts := measure.Keys(1000)
	values("int64", func(i int) int64 { return int64(i) })
	values("bool", func(i int) bool { return i%2 == 0 })
	values("*int64", func(int) *int64 { return new(int64) })
	values("any(int below 256)", func(i int) any { return i % 256 })
	values("any(bool)", func(i int) any { return i%2 == 0 })
	values("any(struct{})", func(int) any { return struct{}{} })
	values("any(int)", func(i int) any { return i + 1000 })
	values("any(float64)", func(i int) any { return float64(i) + 0.5 })
	values("any(*int64)", func(int) any { return new(int64) })
	values("point", func(i int) point { return point{int64(i), 1} })
	values("*point", func(i int) *point { return &point{int64(i), 1} })
	values("any(point)", func(i int) any { return point{int64(i), 1} })
	values("string", func(i int) string { return texts[i%len(texts)] })
	values("any(string)", func(i int) any { return texts[i%len(texts)] })
	with("map[any(int64)]int64", func(i int) any { return int64(i) + 1000 }, func(i int) int64 { return int64(i) })
}
