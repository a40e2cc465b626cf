// Command syncraces counts what is lost where goroutines Load from a sync.Map and then Store, and shows how writing to
// a map that a sync.Map holds ends.
package main

import (
	"fmt"
	"os"
	"os/exec"
	"sync"
	"sync/atomic"

	"example.com/experiments/measure"
)

const (
	goroutines = 8
	rounds     = 100_000
	keys       = 100_000
)

// together runs f in several goroutines that begin at once.
func together(f func(int)) {
	var begin, end sync.WaitGroup
	begin.Add(1)
	for i := 0; i < goroutines; i++ {
		end.Add(1)
		go func(i int) {
			defer end.Done()
			begin.Wait()
			f(i)
		}(i)
	}
	begin.Done()
	end.Wait()
}

func counting() {
	lost := func(add func(*sync.Map)) float64 {
		var m sync.Map
		m.Store("k", 0)
		together(func(int) {
			for i := 0; i < rounds; i++ {
				add(&m)
			}
		})
		v, _ := m.Load("k")
		return 100 - 100*float64(v.(int))/(goroutines*rounds)
	}
	measure.Rough("8 x 100000 increments of one key: lost by Load and Store, %", lost(func(m *sync.Map) {
		v, _ := m.Load("k")
		m.Store("k", v.(int)+1)
	}))
	measure.Rough("8 x 100000 increments of one key: lost by CompareAndSwap in a loop, %", lost(func(m *sync.Map) {
		for {
			v, _ := m.Load("k")
			if m.CompareAndSwap("k", v, v.(int)+1) {
				return
			}
		}
	}))
	var m sync.Map
	together(func(int) {
		for i := 0; i < rounds; i++ {
			v, ok := m.Load("k")
			if !ok {
				v, _ = m.LoadOrStore("k", new(atomic.Int64))
			}
			v.(*atomic.Int64).Add(1)
		}
	})
	v, _ := m.Load("k")
	measure.Rough("8 x 100000 increments of one key: lost by an atomic.Int64, Load and LoadOrStore", float64(goroutines*rounds-v.(*atomic.Int64).Load()))
}

type room struct{ n int }

// creating lets 8 goroutines ask for the same keys in the same order.
func creating() {
	strays := func(get func(*sync.Map, int) *room) (int, int) {
		var m sync.Map
		got := make([][]*room, goroutines)
		together(func(i int) {
			got[i] = make([]*room, keys)
			for k := 0; k < keys; k++ {
				got[i][k] = get(&m, k)
			}
		})
		several, stray := 0, 0
		for k := 0; k < keys; k++ {
			kept, _ := m.Load(k)
			here := map[*room]bool{}
			for i := range got {
				here[got[i][k]] = true
				if got[i][k] != kept {
					stray++
				}
			}
			if len(here) > 1 {
				several++
			}
		}
		return several, stray
	}
	several, stray := strays(func(m *sync.Map, k int) *room {
		if v, ok := m.Load(k); ok {
			return v.(*room)
		}
		r := new(room)
		m.Store(k, r)
		return r
	})
	measure.Rough("100000 keys made on demand by 8 goroutines, Load and Store: keys with several values", float64(several))
	measure.Rough("100000 keys made on demand by 8 goroutines, Load and Store: values in use that the map does not hold", float64(stray))
	several, stray = strays(func(m *sync.Map, k int) *room {
		if v, ok := m.Load(k); ok {
			return v.(*room)
		}
		v, _ := m.LoadOrStore(k, new(room))
		return v.(*room)
	})
	measure.Rough("100000 keys made on demand by 8 goroutines, Load and LoadOrStore: keys with several values", float64(several+stray))
}

// writing never returns: Go ends the program.
func writing() {
	defer func() {
		fmt.Fprintln(os.Stderr, "recovered:", recover())
	}()
	var m sync.Map
	m.Store("k", map[int]int{})
	together(func(i int) {
		defer func() { recover() }()
		for n := 0; ; n++ {
			v, _ := m.Load("k")
			v.(map[int]int)[n%100] = i
		}
	})
}

func main() {
	if len(os.Args) > 1 {
		writing()
		return
	}
	counting()
	creating()
	out, err := exec.Command(os.Args[0], "writing").CombinedOutput()
	measure.Say("writes to one map in a sync.Map, with recover", fmt.Sprintf("%v: %.40q", err, out))
}
