// Command loopvars shows which loop variables the iterations share.
//
// The language version of the file decides: run.py builds this file under several versions, in go.mod and in a build
// line. It imports nothing of the module, so that it can be built without one.
package main

import (
	"fmt"
	"runtime"
	"sort"
	"sync"
)

// kept keeps the compiler from holding a variable on the stack.
var kept []*int

func main() {
	list := []int{1, 2, 3}
	var calls []func() int
	for _, v := range list {
		calls = append(calls, func() int { return v })
	}
	show("closures, range over a slice", calls)

	calls = nil
	for k := range map[int]bool{1: true, 2: true, 3: true} {
		calls = append(calls, func() int { return k })
	}
	fmt.Printf("closures, range over a map: different values\t%d\n", different(calls))

	calls = nil
	for i := 0; i < 3; i++ {
		calls = append(calls, func() int { return i })
	}
	show("closures, three clauses", calls)

	calls = nil
	var outer int
	for _, outer = range list {
		calls = append(calls, func() int { return outer })
	}
	show("closures, variable assigned by the loop", calls)

	calls = nil
	for _, v := range list {
		v := v
		calls = append(calls, func() int { return v })
	}
	show("closures, v := v", calls)

	byIndex := map[int]*int{}
	for i, v := range list {
		byIndex[i] = &v
	}
	fmt.Printf("&v in a map\t%d %d %d\n", *byIndex[0], *byIndex[1], *byIndex[2])

	var mu sync.Mutex
	var group sync.WaitGroup
	start, seen := make(chan bool), []int{}
	for _, v := range list {
		group.Add(1)
		go func() {
			defer group.Done()
			<-start
			mu.Lock()
			defer mu.Unlock()
			seen = append(seen, v)
		}()
	}
	close(start)
	group.Wait()
	sort.Ints(seen)
	fmt.Printf("goroutines\t%d %d %d\n", seen[0], seen[1], seen[2])

	fmt.Print("defer\t")
	deferred(list)
	fmt.Println()
	fmt.Printf("&v of 100 iterations kept: objects\t%d\n", objects(make([]int, 100)))
}

func deferred(list []int) {
	for i, v := range list {
		separator := " "
		if i == 0 {
			separator = ""
		}
		defer func() { fmt.Print(v, separator) }()
	}
}

// objects counts what is allocated for the variable of a loop that keeps its address.
func objects(list []int) uint64 {
	kept = make([]*int, 0, len(list))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for _, v := range list {
		kept = append(kept, &v)
	}
	runtime.ReadMemStats(&after)
	return after.Mallocs - before.Mallocs
}

func show(what string, calls []func() int) {
	fmt.Printf("%s\t%d %d %d\n", what, calls[0](), calls[1](), calls[2]())
}

func different(calls []func() int) int {
	values := map[int]bool{}
	for _, call := range calls {
		values[call()] = true
	}
	return len(values)
}
