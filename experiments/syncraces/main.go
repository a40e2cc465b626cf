// Command syncraces counts what is lost where goroutines Load from a sync.Map and then Store, and shows how writing to
// a map that a sync.Map holds ends.
package main

import (
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
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
	measure.Figure("8 x 100000 increments of one key: lost by CompareAndSwap in a loop, %", lost(func(m *sync.Map) {
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
	measure.Figure("8 x 100000 increments of one key: lost by an atomic.Int64, Load and LoadOrStore, %", 100-100*float64(v.(*atomic.Int64).Load())/(goroutines*rounds))
}

type room struct{ n int }

// creating lets 8 goroutines ask for the same keys in the same order. Of how many keys they use several values is all
// chance: from 3 to 3200 were seen.
func creating() {
	several := func(get func(*sync.Map, int) *room) string {
		var m sync.Map
		got := make([][]*room, goroutines)
		together(func(i int) {
			for k := 0; k < keys; k++ {
				got[i] = append(got[i], get(&m, k))
			}
		})
		for _, rooms := range got[1:] {
			if !slices.Equal(rooms, got[0]) {
				return "some"
			}
		}
		return "none"
	}
	measure.Say("100000 keys made on demand by 8 goroutines, Load and Store: with several values", several(func(m *sync.Map, k int) *room {
		if v, ok := m.Load(k); ok {
			return v.(*room)
		}
		r := new(room)
		m.Store(k, r)
		return r
	}))
	measure.Say("100000 keys made on demand by 8 goroutines, Load and LoadOrStore: with several values", several(func(m *sync.Map, k int) *room {
		if v, ok := m.Load(k); ok {
			return v.(*room)
		}
		v, _ := m.LoadOrStore(k, new(room))
		return v.(*room)
	}))
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
	out, _ := exec.Command(os.Args[0], "writing").CombinedOutput()
	first, _, _ := strings.Cut(string(out), "\n")
	measure.Say("writes to one map in a sync.Map, with recover", first)
}
