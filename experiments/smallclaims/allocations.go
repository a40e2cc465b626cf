package main

import (
	"testing"

	"example.com/experiments/measure"
)

type labels struct {
	name string
	tags map[string]int
}

var (
	total   int
	content = make([]byte, 64)
	counts  = map[string]int{string(content): 1}
	first   = "a text of more than thirty-two bytes, "
	second  = "so that it does not fit a buffer on the stack"
	large   = 1000
	kept    *labels
)

// allocations counts what short functions allocate.
func allocations() {
	show := func(what string, run func()) {
		measure.Figure(what+": allocations", testing.AllocsPerRun(100, run))
	}
	show("a local map of 8 entries", func() {
		m := map[int]int{}
		for i := 0; i < 8; i++ {
			m[i] = i
		}
		total += len(m)
	})
	show("a local map of 9 entries", func() {
		m := map[int]int{}
		for i := 0; i < 9; i++ {
			m[i] = i
		}
		total += len(m)
	})
	show("a local struct with a map field of 1 entry", func() {
		l := labels{"a", map[string]int{"x": 1}}
		total += len(l.tags)
	})
	show("a struct with a nil map field whose address is kept", func() {
		l := labels{name: "a"}
		kept = &l
	})
	show("a pointer stored in a local map", func() {
		m := map[int]*pair{}
		m[1] = &pair{1, 2}
		total += len(m)
	})
	show("8 ints of 1000 and more stored in a local map[int]any", func() {
		m := map[int]any{}
		for i := 0; i < 8; i++ {
			m[i] = large + i
		}
		total += len(m)
	})
	show("8 ints below 256 stored in a local map[int]any", func() {
		m := map[int]any{}
		for i := 0; i < 8; i++ {
			m[i] = i
		}
		total += len(m)
	})
	show("8 constants stored in a local map[int]any", func() {
		m := map[int]any{}
		for i := 0; i < 8; i++ {
			m[i] = 42_000
		}
		total += len(m)
	})
	show("look-up of counts[string(bytes)]", func() { total += counts[string(content)] })
	show("counts[string(bytes)] = 2, key present", func() { counts[string(content)] = 2 })
	show("counts[string(bytes)]++, key present", func() { counts[string(content)]++ })
	show("look-up of counts[first+second]", func() { total += counts[first+second] })
}
