// Command smallclaims tries short statements about maps, one by one.
package main

import (
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"reflect"
	"runtime"
	"strings"
	"time"

	"example.com/experiments/measure"
)

type pair struct{ a, b int }

// try prints what a statement comes to, a panic included.
func try(what string, outcome func() any) {
	defer func() {
		if p := recover(); p != nil {
			measure.Say(what, fmt.Sprintf("panics: %v", p))
		}
	}()
	measure.Say(what, fmt.Sprint(outcome()))
}

func nilMaps() {
	var m map[string]int
	try("nil map: read, len, range, delete, clear", func() any {
		delete(m, "x")
		clear(m)
		for range m {
			return "has an entry"
		}
		return fmt.Sprintf("safe: m[k] is %d, len %d", m["x"], len(m))
	})
	try("nil map: write", func() any {
		m["x"] = 1
		return len(m)
	})
	try("missing inner map: write", func() any {
		outer := make(map[string]map[int]string, 100)
		outer["a"][1] = "x"
		return len(outer)
	})
}

func oddKeys() {
	fill := func() map[float64]int {
		m := map[float64]int{}
		for i := 0; i < 1000; i++ {
			m[math.NaN()] = i
		}
		return m
	}
	try("NaN keys: entries after 1000 insertions", func() any { return len(fill()) })
	try("NaN keys: entries after deleting in a loop", func() any {
		m := fill()
		for k := range m {
			delete(m, k)
		}
		return len(m)
	})
	try("NaN keys: entries after clear(m)", func() any {
		m := fill()
		clear(m)
		return len(m)
	})
	try("NaN in a struct key: entries after 100 insertions and deletions", func() any {
		type key struct{ f float64 }
		m := map[key]int{}
		for i := 0; i < 100; i++ {
			m[key{math.NaN()}] = i
			delete(m, key{math.NaN()})
		}
		return len(m)
	})
	try("NaN in an interface key: entries after 100 insertions and deletions", func() any {
		m := map[any]int{}
		for i := 0; i < 100; i++ {
			m[math.NaN()] = i
			delete(m, math.NaN())
		}
		return len(m)
	})
	try("100 pointers to equal contents as keys: entries", func() any {
		m := map[*pair]int{}
		for i := 0; i < 100; i++ {
			m[&pair{1, 2}] = i
		}
		return len(m)
	})
	try("a slice in an interface key", func() any {
		m := map[any]int{}
		m[[]int{1}] = 1
		return len(m)
	})
}

func reflection() {
	try("reflect.Copy of a struct", func() any {
		var to pair
		return reflect.Copy(reflect.ValueOf(&to).Elem(), reflect.ValueOf(pair{1, 2}))
	})
	try("reflect.Copy of a map", func() any {
		return reflect.Copy(reflect.ValueOf(map[int]int{}), reflect.ValueOf(map[int]int{1: 1}))
	})
	before := measure.Held()
	m := map[int64]int64{}
	for i := int64(0); i < 90_000; i++ {
		m[i] = i
	}
	measure.MB("reflect.Value.Clear of 90000 entries: held before", measure.Held()-before)
	reflect.ValueOf(m).Clear()
	measure.MB("reflect.Value.Clear of 90000 entries: held after", measure.Held()-before)
	runtime.KeepAlive(m)
}

func values() {
	try("m[k] = nil: entries", func() any {
		m := map[int]*pair{1: {}}
		m[1] = nil
		return len(m)
	})
	try("deletes in a range over 1000: iterations, entries left", func() any {
		m := map[int]int{}
		for i := 0; i < 1000; i++ {
			m[i] = i
		}
		iterations := 0
		for k := range m {
			iterations++
			delete(m, k)
		}
		return fmt.Sprint(iterations, ", ", len(m))
	})
	kept := measure.Kept(func() any {
		m := map[int][]int{}
		for i := 0; i < 100_000; i++ {
			m[1] = append(m[1], i)
		}
		m[1] = m[1][:0]
		return m
	})
	measure.MB("m[k] = m[k][:0] of 100000 ints: held", kept)
	kept = measure.Kept(func() any {
		m := map[int][]byte{}
		for i := 0; i < 1000; i++ {
			m[1] = make([]byte, 10_000)
		}
		return m
	})
	measure.MB("m[k] overwritten 1000 times with 10000 bytes: held", kept)
}

// races are what ends this program; it runs itself for each of them.
var races = map[string]func(m map[string]int){
	"two goroutines write to one map": func(m map[string]int) {
		for _, key := range []string{"a", "b"} {
			go func(key string) {
				defer func() { _ = recover() }() // in vain
				for {
					m[key]++
				}
			}(key)
		}
	},
	"eight clients of a handler that writes to one map": func(m map[string]int) {
		server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			defer func() { _ = recover() }() // in vain
			m[r.URL.Path]++
		}))
		for client := 0; client < 8; client++ {
			go func(path string) {
				for {
					if answer, err := http.Get(server.URL + path); err == nil {
						answer.Body.Close()
					}
				}
			}(fmt.Sprintf("/%d", client))
		}
	},
}

func race(name string) {
	program, err := os.Executable()
	if err != nil {
		panic(err)
	}
	told, _ := exec.Command(program, name).CombinedOutput()
	first, _, _ := strings.Cut(string(told), "\n")
	measure.Say(name, first)
}

func main() {
	if len(os.Args) > 1 {
		races[os.Args[1]](map[string]int{})
		time.Sleep(30 * time.Second)
		fmt.Println("no error in 30 s")
		return
	}
	nilMaps()
	oddKeys()
	reflection()
	values()
	allocations()
	race("two goroutines write to one map")
	race("eight clients of a handler that writes to one map")
}
