// Command buckets-nil lets go of a map's buckets by force, and goes on using the map.
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
	m := map[int64]int64{}
	for i := int64(0); i < 1000; i++ {
		m[i] = i
	}
	h := *(**header)(unsafe.Pointer(&m))
	h.buckets, h.oldbuckets = nil, nil
	fmt.Println("survives with", m[1])
}
