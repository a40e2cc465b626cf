// Command collecting measures what collections and their settings give back after a map was emptied.
//
// It goes through the steps with one map. What is resident is read from /proc, where there is one; it is no exact
// figure, as the runtime returns memory to the system in the background.
package main

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"

	"example.com/experiments/measure"
)

// resident is the memory that the system counts for this process.
func resident() float64 {
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	var size, pages int
	fmt.Sscan(string(text), &size, &pages)
	return float64(pages * os.Getpagesize())
}

// show prints the two figures without a collection of its own.
func show(step string) {
	inMemory := resident()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	measure.MB(step+": in use", int64(stats.HeapAlloc))
	measure.Rough(step+": resident, MB", inMemory/1e6)
}

func main() {
	visited := 0
	measure.Held()
	m := map[int64]*[64]byte{}
	for i := int64(0); i < 1_000_000; i++ {
		m[i] = new([64]byte)
	}
	runtime.GC()
	show("1 a map of 1000000 entries")
	for k := range m {
		visited++
		delete(m, k)
	}
	runtime.GC()
	show("2 all deleted, runtime.GC()")
	runtime.GC()
	runtime.GC()
	show("3 runtime.GC() twice more")
	debug.FreeOSMemory()
	show("4 FreeOSMemory")
	debug.SetGCPercent(10)
	runtime.GC()
	show("5 SetGCPercent(10), runtime.GC()")
	debug.SetGCPercent(100)
	runtime.KeepAlive(m)
	m = nil
	runtime.GC()
	show("6 m = nil, runtime.GC()")
	debug.FreeOSMemory()
	show("7 FreeOSMemory")
}
