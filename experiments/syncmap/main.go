// Command syncmap measures what a sync.Map costs and what deleting from it gives back.
//
// Keys and values lie in boxes (a key of type int of 256 or more takes 8 bytes); the rows of bytes per entry do not
// count them.
package main

import (
	"fmt"
	"runtime"
	"sync"

	"example.com/experiments/measure"
)

const million = 1_000_000

// filled returns a sync.Map of a million blocks of 64 bytes under keys of type int.
func filled() *sync.Map {
	m := new(sync.Map)
	for i := 0; i < million; i++ {
		m.Store(i, new([64]byte))
	}
	return m
}

func deleteByRange(m *sync.Map) {
	m.Range(func(k, _ any) bool {
		m.Delete(k)
		return true
	})
}

// missAndStore is what a program in use does: a few new keys, some look-ups in vain.
func missAndStore(m *sync.Map) {
	for i := 1; i <= 10; i++ {
		m.Store(-i, i)
	}
	for i := 1; i <= 100; i++ {
		m.Load(-100 - i)
	}
}

// empties measures a full map after each step.
func empties(name string, steps ...func(*sync.Map)) {
	before := measure.Held()
	m := filled()
	for _, step := range steps {
		step(m)
	}
	measure.MB("1000000 entries: "+name, measure.Held()-before)
	runtime.KeepAlive(m)
}

func deletions() {
	empties("filled")
	empties("Range and Delete of all", deleteByRange)
	empties("Range and Delete of all, then 10 stores and 100 misses", deleteByRange, missAndStore)
	empties("Delete by key, no Range before", func(m *sync.Map) {
		for i := 0; i < million; i++ {
			m.Delete(i)
		}
	})
	empties("Delete of 99 %", func(m *sync.Map) {
		for i := million / 100; i < million; i++ {
			m.Delete(i)
		}
	})
	if clearAll != nil {
		empties("Clear() of all", clearAll)
		empties("Range and Delete of all, then Clear()", deleteByRange, clearAll)
	}
	empties("*m = sync.Map{}", func(m *sync.Map) { *m = sync.Map{} })
}

// ownedKeys deletes keys that own memory, which up to Go 1.23 the read half keeps.
func ownedKeys() {
	const n = 100_000
	before := measure.Held()
	m := new(sync.Map)
	for i := 0; i < n; i++ {
		m.Store(new([256]byte), i)
	}
	measure.MB("100000 keys of 256 bytes: filled", measure.Held()-before)
	deleteByRange(m)
	measure.MB("100000 keys of 256 bytes: Range and Delete of all", measure.Held()-before)
	missAndStore(m)
	measure.MB("100000 keys of 256 bytes: then 10 stores and 100 misses", measure.Held()-before)
	runtime.KeepAlive(m)

	before = measure.Held()
	m = new(sync.Map)
	for i := 0; i < n; i++ {
		m.Store(i, new([256]byte))
	}
	m.Range(func(_, _ any) bool { return true })
	for i := 0; i < n; i++ {
		m.LoadAndDelete(i)
	}
	measure.MB("100000 values of 256 bytes: Range, then LoadAndDelete of all", measure.Held()-before)
	runtime.KeepAlive(m)
}

// churn keeps 50000 entries, deleting one for each that is stored under a fresh key.
func churn() {
	const live = 50_000
	before := measure.Held()
	m := new(sync.Map)
	for i := 0; i < live; i++ {
		m.Store(i, i)
	}
	measure.MB("50000 entries, fresh keys: at the start", measure.Held()-before)
	for i := live; i < 21*live; i++ {
		m.Delete(i - live)
		m.Store(i, i)
	}
	measure.MB("50000 entries, fresh keys: after 20 turnovers", measure.Held()-before)
	runtime.KeepAlive(m)
}

// small measures many maps with few entries; keys below 256 need no box.
func small() {
	const maps = 10_000
	row := func(state string, entries int, use func(*sync.Map)) {
		all := make([]*sync.Map, maps)
		before := measure.Held()
		for i := range all {
			all[i] = new(sync.Map)
			use(all[i])
			for j := 0; j < entries; j++ {
				all[i].Store(j, j)
			}
		}
		measure.Each("one map, "+state, measure.Held()-before, maps)
		runtime.KeepAlive(all)
	}
	nothing := func(*sync.Map) {}
	row("never used", 0, nothing)
	row("after one Load", 0, func(m *sync.Map) { m.Load(1) })
	for _, entries := range []int{1, 8, 100} {
		row(fmt.Sprintf("entries: %d", entries), entries, nothing)
	}
}

// perEntry boxes its keys beforehand and has one value for all, so that only the map is measured.
func perEntry() {
	value := new(int)
	keys := make([]any, million)
	for i := range keys {
		keys[i] = i
	}
	for n := 1_000; n <= million; n *= 10 {
		maps := make([]sync.Map, max(1, 100_000/n))
		before := measure.Held()
		for i := range maps {
			for _, k := range keys[:n] {
				maps[i].Store(k, value)
			}
		}
		measure.Each(fmt.Sprintf("per entry of %d", n), measure.Held()-before, n*len(maps))
		for i := range maps {
			maps[i].Range(func(_, _ any) bool { return true })
			maps[i].Store("new", value)
		}
		what := fmt.Sprintf("per entry of %d, after a Range and a new key", n)
		measure.Each(what, measure.Held()-before, n*len(maps))
		runtime.KeepAlive(maps)
	}
	runtime.KeepAlive(keys)
}

// overwrites measures what storing under a present key allocates; the value is boxed beforehand.
func overwrites() {
	const n = 100_000
	m := new(sync.Map)
	var key, value any = "key", "value"
	m.Store(key, value)
	before := measure.Heap()
	for i := 0; i < n; i++ {
		m.Store(key, value)
	}
	after := measure.Heap()
	measure.Each("allocated by a Store under a present key, boxes not counted", int64(after.TotalAlloc-before.TotalAlloc), n)
}

func main() {
	deletions()
	ownedKeys()
	churn()
	small()
	perEntry()
	overwrites()
}
