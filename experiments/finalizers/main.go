// Command finalizers tries finalizers, cleanups and weak pointers as a way to take entries out of a map.
//
// Each row has 10,000 values of 128 bytes; settle gives finalizers and cleanups every chance to run.
package main

import (
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"example.com/experiments/measure"
)

const count = 10_000

type value struct {
	id   int
	rest [120]byte
}

func settle() {
	for i := 0; i < 5; i++ {
		runtime.GC()
		time.Sleep(5 * time.Millisecond)
	}
}

// held counts the finalizers that run while a map holds the values, and after it let go of them.
func held() {
	m := map[int]*value{}
	var ran atomic.Int64
	for i := 0; i < count; i++ {
		v := &value{id: i}
		runtime.SetFinalizer(v, func(*value) { ran.Add(1) })
		m[i] = v
	}
	settle()
	measure.Figure("finalizers of values in a map: ran", float64(ran.Load()))
	clear(m)
	settle()
	measure.Figure("finalizers of values in a map: ran after clear(m)", float64(ran.Load()))
	runtime.KeepAlive(m)
}

// evicting is the pattern by which finalizers are to delete the entries of a sync.Map.
func evicting() {
	var m sync.Map
	for i := 0; i < count; i++ {
		key, v := i, &value{id: i}
		runtime.SetFinalizer(v, func(*value) { m.Delete(key) })
		m.Store(key, v)
	}
	settle()
	left := 0
	m.Range(func(_, _ any) bool {
		left++
		return true
	})
	measure.Figure("finalizers that delete their value's key from a sync.Map: entries left", float64(left))
}

// selfHeld has finalizers that refer to their own object.
func selfHeld() {
	var ran atomic.Int64
	before := measure.Held()
	for i := 0; i < count; i++ {
		v := &value{id: i}
		runtime.SetFinalizer(v, func(*value) { ran.Add(1 + int64(v.id-v.id)) })
	}
	settle()
	measure.Figure("finalizers that capture their object: ran", float64(ran.Load()))
	measure.MB("finalizers that capture their object: held", measure.Held()-before)
}

func inCycle() {
	type node struct {
		next *node
		rest [112]byte
	}
	var ran atomic.Int64
	before := measure.Held()
	for i := 0; i < count; i++ {
		a, b := new(node), new(node)
		a.next, b.next = b, a
		runtime.SetFinalizer(a, func(*node) { ran.Add(1) })
	}
	settle()
	measure.Figure("finalizers of objects in a cycle: ran", float64(ran.Load()))
	measure.MB("finalizers of objects in a cycle: held", measure.Held()-before)
}

type (
	hook      struct{}
	finalized struct{ rest [32]byte }
)

var finalizeCalls atomic.Int64

// Finalize has the name that other languages call.
func (*finalized) Finalize() { finalizeCalls.Add(1) }

// hooks are said to be called by each collection.
func hooks() {
	var ran atomic.Int64
	func() {
		runtime.SetFinalizer(new(hook), func(*hook) { ran.Add(1) })
	}()
	settle()
	measure.Figure("finalizer of a value of size 0: ran", float64(ran.Load()))
	for i := 0; i < count; i++ {
		runtime.KeepAlive(new(finalized))
	}
	settle()
	measure.Figure("a method Finalize: calls", float64(finalizeCalls.Load()))
}

// weakRows are about what Go 1.24 brought, where the version has it.
var weakRows = func() {}

func main() {
	held()
	evicting()
	hooks()
	weakRows()
	// These two never give their memory back, so they come last.
	selfHeld()
	inCycle()
}
