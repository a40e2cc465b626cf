//go:build go1.24

package main

import (
	"runtime"
	"sync"
	"sync/atomic"
	"weak"

	"example.com/experiments/measure"
)

func init() {
	weakRows = func() {
		cleanedUp()
		evictedWhenDead()
		deadEntries()
		selfHeldByArgument()
		selfCleaning()
	}
}

// cleanedUp counts the cleanups that run while a map holds the values.
func cleanedUp() {
	m := map[int]*value{}
	var ran atomic.Int64
	for i := 0; i < count; i++ {
		v := &value{id: i}
		runtime.AddCleanup(v, func(int) { ran.Add(1) }, i)
		m[i] = v
	}
	settle()
	measure.Figure("cleanups of values in a map: ran", float64(ran.Load()))
	runtime.KeepAlive(m)
}

// evictedWhenDead is the pattern that works: the map holds weak pointers, and a cleanup deletes the key.
func evictedWhenDead() {
	var mu sync.Mutex
	m := map[int]weak.Pointer[value]{}
	var strong []*value
	for i := 0; i < count; i++ {
		v := &value{id: i}
		if i%10 == 0 {
			strong = append(strong, v)
		}
		mu.Lock()
		m[i] = weak.Make(v)
		mu.Unlock()
		runtime.AddCleanup(v, func(key int) {
			mu.Lock()
			defer mu.Unlock()
			delete(m, key)
		}, i)
	}
	settle()
	mu.Lock()
	defer mu.Unlock()
	measure.Figure("weak pointers, cleanups that delete, 1000 values in use: entries left", float64(len(m)))
	runtime.KeepAlive(strong)
}

// deadEntries has nobody who deletes.
func deadEntries() {
	settle() // what came before is freed in steps
	settle()
	before := measure.Held()
	m := map[int]weak.Pointer[value]{}
	for i := 0; i < count; i++ {
		m[i] = weak.Make(&value{id: i})
	}
	settle()
	dead := 0
	for _, pointer := range m {
		if pointer.Value() == nil {
			dead++
		}
	}
	measure.Figure("weak pointers, nobody deletes: entries left", float64(len(m)))
	measure.Figure("weak pointers, nobody deletes: of them without a value", float64(dead))
	measure.Each("weak pointers, nobody deletes: per entry", measure.Held()-before, count)
	runtime.KeepAlive(m)
}

// selfHeldByArgument hands cleanups their own object, as it is and as a part of something.
func selfHeldByArgument() {
	measure.Say("a cleanup whose argument is its object", outcome(func() {
		v := new(value)
		runtime.AddCleanup(v, func(*value) {}, v)
	}))
	var ran atomic.Int64
	for i := 0; i < count; i++ {
		v := &value{id: i}
		runtime.AddCleanup(v, func(struct{ v *value }) { ran.Add(1) }, struct{ v *value }{v})
	}
	settle()
	measure.Figure("cleanups whose argument holds their object: ran", float64(ran.Load()))
}

// outcome is how a call of AddCleanup ends.
func outcome(add func()) (told string) {
	defer func() {
		if recover() != nil {
			told = "panics"
		}
	}()
	add()
	return "taken"
}

// selfCleaning has cleanups that refer to their own object.
func selfCleaning() {
	var ran atomic.Int64
	before := measure.Held()
	told := outcome(func() {
		for i := 0; i < count; i++ {
			v := &value{id: i}
			runtime.AddCleanup(v, func(int) { ran.Add(1 + int64(v.id-v.id)) }, i)
		}
	})
	settle()
	measure.Say("a cleanup that captures its object", told)
	measure.Figure("cleanups that capture their object: ran", float64(ran.Load()))
	measure.MB("cleanups that capture their object: held", measure.Held()-before)
}
