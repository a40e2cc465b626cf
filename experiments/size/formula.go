package main

import (
	"math"
	"runtime"
	"strings"
)

// inline is the size of the largest key or value that lies in the table itself.
const inline = 128

// A layout is the sizes and alignments of a map's key and value.
type layout struct{ key, value, keyAlign, valueAlign int }

// bytes is what docs/map-memory.md says that a map of n entries takes, for the version this runs on.
func (l layout) bytes(n int) float64 {
	outside := 0
	if l.key > inline {
		outside += sizeClass(l.key)
		l.key, l.keyAlign = 8, 8
	}
	if l.value > inline {
		outside += sizeClass(l.value)
		l.value, l.valueAlign = 8, 8
	}
	table := l.swiss
	if old("go1.21", "go1.22", "go1.23") {
		table = l.buckets
	}
	return 48 + float64(n*outside) + table(n)
}

func old(releases ...string) bool {
	for _, release := range releases {
		if strings.HasPrefix(runtime.Version(), release+".") {
			return true
		}
	}
	return false
}

func (l layout) swiss(n int) float64 {
	slot := up(up(l.key, l.valueAlign)+max(l.value, 1), max(l.keyAlign, l.valueAlign))
	if n <= 8 {
		return float64(sizeClass(8 + 8*slot))
	}
	slots, tables := 16, 1
	for slots < 1024 && n > slots*7/8 {
		slots *= 2
	}
	for n > tables*slots*7/8 {
		tables *= 2
	}
	return float64(tables * (40 + sizeClass(slots*(slot+1))))
}

func (l layout) buckets(n int) float64 {
	load := 6.5
	if old("go1.21") {
		load = 6
	}
	count := 1
	for n > 8 && float64(n) > load*float64(count) {
		count *= 2
	}
	bytes := l.array(count, float64(n))
	// Right after a growth the smaller array is still there: each write moves one or two of its buckets.
	grown := load * float64(count/2)
	if n > 8 && float64(n)-grown < 0.55*float64(count/2) {
		bytes += l.array(count/2, grown)
	}
	return bytes
}

// array is the size of so many buckets with n entries: the spare ones, and those for which the spare do not suffice.
func (l layout) array(count int, n float64) float64 {
	bucket, spare := 16+8*(l.key+l.value), 0
	if count >= 16 {
		spare = count / 16
	}
	more := max(0, overflows(n/float64(count))*float64(count)-float64(spare))
	return float64(sizeClass(bucket*(count+spare))) + more*float64(sizeClass(bucket))
}

// overflows is how many overflow buckets one bucket has on average; the entries in a bucket are Poisson distributed.
func overflows(load float64) float64 {
	probability, expected := math.Exp(-load), 0.0
	for entries := 0; entries < 60; entries++ {
		if entries > 8 {
			expected += probability * float64((entries-1)/8)
		}
		probability *= load / float64(entries+1)
	}
	return expected
}

func up(size, to int) int { return (size + to - 1) / to * to }

// sizeClass is the size of the block that the allocator gives for so many bytes.
func sizeClass(size int) int {
	if size > 32<<10 {
		return up(size, 8<<10)
	}
	return cap(append([]byte(nil), make([]byte, size)...))
}
