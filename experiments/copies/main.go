// Command copies measures which ways of copying a mostly emptied map give its table back.
//
// Maps are filled and emptied to a hundredth; what is left after the copy is told in per cent of the filled maps.
package main

import (
	"fmt"
	"maps"
	"runtime"

	"example.com/experiments/measure"
)

type table = map[int64]int64

// held is what other parts of a program would still refer to.
var held []table

// A way takes a mostly emptied map and returns the one that is used from then on.
type way struct {
	name string
	copy func(table) table
}

var ways = []way{
	{"kept as it is", func(m table) table { return m }},
	{"cleared and filled again", func(m table) table {
		n := len(m)
		clear(m)
		for i := 0; i < n; i++ {
			m[int64(i)] = 1
		}
		return m
	}},
	{"range into make(.., len(m))", rebuilt},
	{"range into make(..)", func(m table) table {
		fresh := make(table)
		for k, v := range m {
			fresh[k] = v
		}
		return fresh
	}},
	{"maps.Copy into make(.., len(m))", func(m table) table {
		fresh := make(table, len(m))
		maps.Copy(fresh, m)
		return fresh
	}},
	{"maps.Clone", maps.Clone[table]},
	{"rebuilt, the old map still held elsewhere", func(m table) table {
		held = append(held, m)
		return rebuilt(m)
	}},
	{"a temporary map of double size, cleared", func(m table) table {
		clear(doubled(m))
		return m
	}},
	{"a temporary map of double size, cleared, then m = make(..)", func(m table) table {
		clear(doubled(m))
		return make(table)
	}},
}

func rebuilt(m table) table {
	fresh := make(table, len(m))
	for k, v := range m {
		fresh[k] = v
	}
	return fresh
}

func doubled(m table) table {
	temporary := make(table, 2*len(m))
	for k := range m {
		temporary[k] = 0
	}
	return temporary
}

func try(w way, count, n int) {
	all := make([]table, count)
	held = make([]table, 0, count)
	before := measure.Held()
	for i := range all {
		all[i] = make(table)
		for j := 0; j < n; j++ {
			all[i][int64(j)] = 1
		}
	}
	filled := measure.Held() - before
	for i, m := range all {
		for j := n / 100; j < n; j++ {
			delete(m, int64(j))
		}
		all[i] = w.copy(m)
	}
	left := measure.Held() - before
	what := fmt.Sprintf("%d entries, then %d: %s", n, n/100, w.name)
	measure.Figure(what+", % left", 100*float64(left)/float64(filled))
	if len(all[0]) != n/100 {
		measure.Figure(what+", entries left", float64(len(all[0])))
	}
	runtime.KeepAlive(all)
	runtime.KeepAlive(held)
}

func main() {
	// At these sizes no version has just grown.
	for _, n := range []int{1_000_000, 90_000, 2_000, 180} {
		for _, w := range ways {
			try(w, max(1, 100_000/n), n)
		}
	}
}
