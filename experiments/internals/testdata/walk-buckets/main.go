// Command walk-buckets looks for the entries of a map in memory laid out as the runtime of Go 1.21 to 1.23 does it.
package main

import (
	"fmt"
	"unsafe"
)

// The header of a bucket map, as the runtime of Go 1.21 to 1.23 declares it.
type header struct {
	count               int
	flags, b            uint8
	noverflow           uint16
	hash0               uint32
	buckets, oldbuckets unsafe.Pointer
	nevacuate           uintptr
}

type bucket struct {
	tophash      [8]uint8
	keys, values [8]int64
	overflow     unsafe.Pointer
}

func main() {
	const n, buckets = 1000, 256
	m := map[int64]int64{}
	for i := int64(1); i <= n; i++ {
		m[i] = i
	}
	found := 0
	h := *(**header)(unsafe.Pointer(&m))
	for i := uintptr(0); i < buckets; i++ {
		b := (*bucket)(unsafe.Add(h.buckets, i*unsafe.Sizeof(bucket{})))
		for j, top := range b.tophash {
			if top >= 5 && b.keys[j] > 0 && b.keys[j] == b.values[j] {
				found++
			}
		}
	}
	if found > n*9/10 {
		fmt.Println("finds most entries")
	} else {
		fmt.Println("finds nothing of use")
	}
}
