// Command presizing measures maps made with a size hint: exact, too small, too large, none.
package main

import (
	"fmt"
	"runtime"

	"example.com/experiments/measure"
)

// A hint is what make is told, for maps of n entries.
type hint struct {
	name   string
	number func(n int) int
}

var hints = []hint{
	{"no hint", func(int) int { return 0 }},
	{"hint n/2", func(n int) int { return n / 2 }},
	{"hint n", func(n int) int { return n }},
	{"hint 2n", func(n int) int { return 2 * n }},
	{"hint 10n", func(n int) int { return 10 * n }},
}

func try(h hint, n int) {
	maps := make([]map[int64]int64, max(1, 100_000/n))
	fill := func() {
		for i := range maps {
			maps[i] = make(map[int64]int64, h.number(n))
			for k := 0; k < n; k++ {
				maps[i][int64(k)] = 1
			}
		}
	}
	cost := measure.Cheapest(2, fill)
	clear(maps)
	before := measure.Heap()
	fill()
	after := measure.Heap()
	entries := n * len(maps)
	what := fmt.Sprintf("%d entries, %s, per entry: ", n, h.name)
	measure.Each(what+"allocated", int64(after.TotalAlloc-before.TotalAlloc), entries)
	measure.Each(what+"kept", int64(after.HeapAlloc-before.HeapAlloc), entries)
	if n >= 100_000 {
		measure.Rough(what+"ns of processor time", float64(cost.Nanoseconds())/float64(entries))
	}
	runtime.KeepAlive(maps)
}

func main() {
	for _, n := range []int{8, 100, 1_000, 100_000, 1_000_000} {
		for _, h := range hints {
			try(h, n)
		}
	}
}
