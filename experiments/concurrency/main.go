// Command concurrency compares maps that several goroutines use: sync.Map, a map with a lock, 32 maps with locks.
//
// Each goroutine works on keys of its own, of type int64. Times are processor time for one operation, on two
// processors, with what waiting for locks and collecting garbage costs.
package main

import (
	"fmt"
	"runtime"
	"strconv"
	"sync"

	"example.com/experiments/measure"
)

const entries = 200_000

// A table is any of the things compared.
type table interface {
	put(key int64, value *int)
	get(key int64) *int
	remove(key int64)
}

type syncMap struct{ m sync.Map }

func (s *syncMap) put(key int64, value *int) { s.m.Store(key, value) }
func (s *syncMap) remove(key int64)          { s.m.Delete(key) }
func (s *syncMap) get(key int64) *int {
	boxed, _ := s.m.Load(key)
	value, _ := boxed.(*int)
	return value
}

type locked struct {
	mu sync.RWMutex
	m  map[int64]*int
}

func (l *locked) put(key int64, value *int) {
	l.mu.Lock()
	l.m[key] = value
	l.mu.Unlock()
}

func (l *locked) get(key int64) *int {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.m[key]
}

func (l *locked) remove(key int64) {
	l.mu.Lock()
	delete(l.m, key)
	l.mu.Unlock()
}

type sharded [32]locked

func (s *sharded) put(key int64, value *int) { s[key%32].put(key, value) }
func (s *sharded) get(key int64) *int        { return s[key%32].get(key) }
func (s *sharded) remove(key int64)          { s[key%32].remove(key) }

func newSharded() table {
	s := new(sharded)
	for i := range s {
		s[i].m = map[int64]*int{}
	}
	return s
}

// together runs a step for each key, in so many goroutines with a range of keys each, and returns what one costs.
func together(goroutines int, step func(key int64)) float64 {
	var group sync.WaitGroup
	start := measure.Processor()
	for g := 0; g < goroutines; g++ {
		first, last := g*entries/goroutines, (g+1)*entries/goroutines
		group.Add(1)
		go func() {
			defer group.Done()
			for key := first; key < last; key++ {
				step(int64(key) + 1000) // 1000: each key needs a box in a sync.Map
			}
		}()
	}
	group.Wait()
	return float64((measure.Processor() - start).Nanoseconds()) / entries
}

func compare(kind string, fresh func() table) {
	value := new(int)
	for _, goroutines := range []int{2, 8} {
		times := map[string]float64{}
		note := func(what string, ns float64) {
			if best, ok := times[what]; !ok || ns < best {
				times[what] = ns
			}
		}
		var bytes int64
		for run := 0; run < 3; run++ {
			before := measure.Held()
			t := fresh()
			note("insert", together(goroutines, func(key int64) { t.put(key, value) }))
			bytes = measure.Held() - before
			note("overwrite", together(goroutines, func(key int64) { t.put(key, value) }))
			note("read", together(goroutines, func(key int64) { t.get(key) }))
			note("delete and insert", together(goroutines, func(key int64) {
				t.remove(key)
				t.put(key+entries, value)
			}))
			runtime.KeepAlive(t)
		}
		for _, what := range []string{"insert", "overwrite", "read", "delete and insert"} {
			measure.Rough(fmt.Sprintf("%s, %d goroutines: %s, ns of processor time", kind, goroutines, what), times[what])
		}
		if goroutines == 2 {
			measure.Each(kind+": per entry", bytes, entries)
		}
	}
}

// counters compares tables of tables: 1000 services with 100 counters each.
func counters() {
	services, names := measure.Keys(1000), measure.Keys(100)
	const all = 1000 * 100
	show := func(kind string, build func() any) {
		measure.Each("1000 x 100 counters, "+kind+": per counter", measure.Kept(build), all)
	}
	show("sync.Map of sync.Map", func() any {
		outer := new(sync.Map)
		for _, service := range services {
			inner, _ := outer.LoadOrStore(service, new(sync.Map))
			for i, name := range names {
				inner.(*sync.Map).Store(name, i)
			}
		}
		return outer
	})
	show("map of map", func() any {
		outer := map[string]map[string]int{}
		for _, service := range services {
			outer[service] = map[string]int{}
			for i, name := range names {
				outer[service][name] = i
			}
		}
		return outer
	})
	show("map with struct key", func() any {
		m := map[struct{ service, name string }]int{}
		for _, service := range services {
			for i, name := range names {
				m[struct{ service, name string }{service, name}] = i
			}
		}
		return m
	})
	show("map with joined key", func() any {
		m := map[string]int{}
		for s := range services {
			for i, name := range names {
				m[strconv.Itoa(s)+"/"+name] = i
			}
		}
		return m
	})
	runtime.KeepAlive(services)
	runtime.KeepAlive(names)
}

func main() {
	compare("sync.Map", func() table { return new(syncMap) })
	compare("map and RWMutex", func() table { return &locked{m: map[int64]*int{}} })
	compare("32 maps and RWMutexes", newSharded)
	counters()
}
