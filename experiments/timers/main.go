// Command timers measures timers, one for each entry of a map, and other ways to let entries end.
//
// Each row is measured in a process of its own, as timers that were stopped are freed late, and on one processor, as
// each processor has a list of timers with room to spare. From Go 1.23 on the language version of the main module
// decides whether the collector may free a timer that nobody refers to: run.py builds this under several of them.
package main

import (
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"time"

	"example.com/experiments/measure"
)

const many, some = 100_000, 10_000

var rows = []func(){
	func() {
		m := map[int]int{}
		each("AfterFunc, pending", many, func(key int) {
			time.AfterFunc(time.Hour, func() { delete(m, key) })
		})
		runtime.KeepAlive(m)
	},
	func() {
		each("AfterFunc, 10 for each key", some, func(int) {
			for i := 0; i < 10; i++ {
				time.AfterFunc(time.Hour, func() {})
			}
		})
	},
	func() {
		each("AfterFunc, stopped at once", many, func(int) { time.AfterFunc(time.Hour, func() {}).Stop() })
	},
	func() { each("NewTimer, dropped", many, func(int) { time.NewTimer(time.Hour) }) },
	func() { each("time.After, dropped", many, func(int) { time.After(time.Hour) }) },
	func() { each("NewTicker, dropped", some, func(int) { time.NewTicker(time.Hour) }) },
	pinned,
	func() { stopped(0) },
	func() { stopped(many) },
	stamped,
	waiting,
}

// each measures what n calls leave behind.
func each(what string, n int, start func(i int)) {
	before := measure.Held()
	for i := 0; i < n; i++ {
		start(i)
	}
	time.Sleep(10 * time.Millisecond) // up to Go 1.22 it is the scheduler that forgets stopped timers
	measure.Each(what+", each", measure.Held()-before, n)
}

// capturing starts timers whose functions capture a value of 256 bytes, which they are to delete from a map.
func capturing(m map[int]*[256]byte) []*time.Timer {
	timers := make([]*time.Timer, some)
	for i := range timers {
		key, value := i, new([256]byte)
		m[key] = value
		timers[i] = time.AfterFunc(time.Hour, func() {
			if m[key] == value {
				delete(m, key)
			}
		})
	}
	return timers
}

// pinned deletes the entries and leaves the timers alone.
func pinned() {
	m := map[int]*[256]byte{}
	before := measure.Held()
	capturing(m)
	measure.Each("AfterFunc capturing 256 B: pending, each", measure.Held()-before, some)
	clear(m)
	measure.Each("AfterFunc capturing 256 B: entry deleted, each", measure.Held()-before, some)
	runtime.KeepAlive(m)
}

// stopped deletes the entries and stops the timers, while others are pending in the same process.
func stopped(others int) {
	for i := 0; i < others; i++ {
		time.AfterFunc(time.Hour, func() {})
	}
	m := map[int]*[256]byte{}
	before := measure.Held()
	timers := capturing(m)
	clear(m)
	for _, t := range timers {
		t.Stop()
	}
	what := "AfterFunc capturing 256 B: entry deleted, stopped"
	if others > 0 {
		what += ", with " + strconv.Itoa(others) + " others pending"
	}
	measure.Each(what+", *Timer kept, each", measure.Held()-before, some)
	runtime.KeepAlive(timers)
	timers = nil
	measure.Each(what+", each", measure.Held()-before, some)
	runtime.KeepAlive(m)
}

// stamped compares values that carry a time with values that do not; at 90,000 entries no version has just grown.
func stamped() {
	const entries = 90_000
	type stamped struct {
		value int
		seen  int64
	}
	with := measure.Kept(func() any {
		m := map[int]stamped{}
		for i := 0; i < entries; i++ {
			m[i] = stamped{i, 1}
		}
		return m
	})
	without := measure.Kept(func() any {
		m := map[int]int{}
		for i := 0; i < entries; i++ {
			m[i] = i
		}
		return m
	})
	measure.Each("a time in the value instead, each", with-without, entries)
}

// waiting starts goroutines that wait.
func waiting() {
	end := make(chan bool)
	before := measure.Heap()
	for i := 0; i < some; i++ {
		go func() { <-end }()
	}
	time.Sleep(100 * time.Millisecond)
	after := measure.Heap()
	measure.Each("a goroutine that waits: heap, each", int64(after.HeapAlloc-before.HeapAlloc), some)
	measure.Each("a goroutine that waits: stack, each", int64(after.StackInuse-before.StackInuse), some)
	close(end)
}

func main() {
	if len(os.Args) > 1 {
		row, err := strconv.Atoi(os.Args[1])
		check(err)
		runtime.GOMAXPROCS(1)
		rows[row]()
		return
	}
	program, err := os.Executable()
	check(err)
	for row := range rows {
		alone := exec.Command(program, strconv.Itoa(row))
		alone.Stdout, alone.Stderr = os.Stdout, os.Stderr
		check(alone.Run())
	}
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
