// Command syncuse measures three uses of a sync.Map: emptying it, counting its entries, offering it values in vain.
//
// Keys are strings. Bytes are what a call allocates, those that are garbage at once included.
package main

import (
	"fmt"
	"math"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"example.com/experiments/measure"
)

func filled(keys []string) *sync.Map {
	m := new(sync.Map)
	for _, k := range keys {
		m.Store(k, 1)
	}
	count(m) // up to Go 1.23 this brings all that was stored into the read half
	return m
}

func count(m *sync.Map) int {
	n := 0
	m.Range(func(_, _ any) bool {
		n++
		return true
	})
	return n
}

// cost is the least processor time that a use of a full map takes.
func cost(n int, use func(*sync.Map)) time.Duration {
	keys := measure.Keys(n)
	best := time.Duration(math.MaxInt64)
	for i := 0; i < 5; i++ {
		m := filled(keys)
		runtime.GC()
		best = min(best, measure.Cheapest(1, func() { use(m) }))
	}
	return best
}

func emptying(n int) {
	show := func(how string, use func(*sync.Map)) {
		took := cost(n, use)
		measure.Rough(fmt.Sprintf("%d entries: %s, µs of processor time", n, how), float64(took)/1e3)
	}
	show("Range and Delete of all", func(m *sync.Map) {
		m.Range(func(k, _ any) bool {
			m.Delete(k)
			return true
		})
	})
	if clearAll != nil {
		show("Clear()", clearAll)
	}
	show("counted by Range", func(m *sync.Map) { count(m) })
}

// limited fills a map that asks before each insert whether there is room.
func limited(how string, room func(*sync.Map) bool, added func()) {
	const n = 10_000
	keys := measure.Keys(n)
	m := new(sync.Map)
	before := measure.Heap()
	took := measure.Cheapest(1, func() {
		for _, k := range keys {
			if !room(m) {
				panic("there is room for all")
			}
			m.LoadOrStore(k, 1)
			added()
		}
	})
	var after runtime.MemStats
	runtime.ReadMemStats(&after)
	what := fmt.Sprintf("filled to %d entries, %s: per insert", n, how)
	measure.Each(what+", allocated", int64(after.TotalAlloc-before.TotalAlloc), n)
	measure.Rough(what+", µs of processor time", float64(took)/1e3/n)
}

// offered offers a value under keys that are present, at once and after looking.
func offered[T any](value string, make func() T) {
	const calls = 200_000
	keys := measure.Keys(1_000)
	m := filled(keys)
	boxed := []any{}
	for _, k := range keys {
		boxed = append(boxed, k)
	}
	show := func(how string, offer func(key any)) {
		before := measure.Heap()
		took := measure.Cheapest(1, func() {
			for i := 0; i < calls; i++ {
				offer(boxed[i%len(boxed)])
			}
		})
		var after runtime.MemStats
		runtime.ReadMemStats(&after)
		what := fmt.Sprintf("LoadOrStore of %s, key present, %s", value, how)
		measure.Each(what+": allocated", int64(after.TotalAlloc-before.TotalAlloc), calls)
		measure.Rough(what+": ns of processor time", float64(took)/calls)
	}
	show("at once", func(key any) { m.LoadOrStore(key, make()) })
	show("after a Load", func(key any) {
		if _, ok := m.Load(key); !ok {
			m.LoadOrStore(key, make())
		}
	})
}

func main() {
	emptying(1_000)
	emptying(10_000)
	emptying(100_000)

	limited("no limit", func(*sync.Map) bool { return true }, func() {})
	limited("counted by Range before each", func(m *sync.Map) bool { return count(m) < math.MaxInt }, func() {})
	var size atomic.Int64
	limited("counted by an atomic.Int64", func(*sync.Map) bool { return size.Load() < math.MaxInt }, func() { size.Add(1) })

	offered("new(sync.Mutex)", func() *sync.Mutex { return new(sync.Mutex) })
	offered("new(sync.RWMutex)", func() *sync.RWMutex { return new(sync.RWMutex) })
	offered("new(sync.Map)", func() *sync.Map { return new(sync.Map) })
	offered("make(map[string]int)", func() map[string]int { return make(map[string]int) })
	offered("make(chan struct{}, 1)", func() chan struct{} { return make(chan struct{}, 1) })
	offered("make(chan string, 100)", func() chan string { return make(chan string, 100) })
	offered("a struct of 1 KiB", func() *[1024]byte { return new([1024]byte) })
}
