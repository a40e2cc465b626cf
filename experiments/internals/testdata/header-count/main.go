// Command header-count reads the number of entries through a copy of the runtime's declaration.
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

func main() {
	for n := 1; n <= 100_000; n *= 10 {
		m := map[int]int{}
		for i := 0; i < n; i++ {
			m[i] = i
		}
		if h := *(**header)(unsafe.Pointer(&m)); h.count != n {
			fmt.Println("is wrong")
			return
		}
	}
	fmt.Println("is right")
}
