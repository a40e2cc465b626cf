// Command pinning measures keys and values that were cut out of something larger, and keep all of it.
//
// Each entry comes from a text or a block of 4096 bytes of its own, of which the map gets the first 8.
package main

import (
	"bytes"
	"fmt"
	"strings"

	"example.com/experiments/measure"
)

const entries, size = 10_000, 4096

// line is a fresh text of 4096 bytes that begins with a number of 8 digits.
func line(i int) string { return fmt.Sprintf("%08d", i) + strings.Repeat("x", size-8) }

func block() []byte { return make([]byte, size) }

// keys fills a map under keys that are made from lines, once for each way: later ways overwrite what earlier ones put.
func keys(what string, ways ...func(string) string) {
	kept := measure.Kept(func() any {
		m := map[string]int{}
		for _, way := range ways {
			for i := 0; i < entries; i++ {
				m[way(line(i))] = i
			}
		}
		return m
	})
	measure.Each("key "+what+": per entry", kept, entries)
}

func values[V any](what string, value func(int) V) {
	kept := measure.Kept(func() any {
		m := map[int]V{}
		for i := 0; i < entries; i++ {
			m[i] = value(i)
		}
		return m
	})
	measure.Each("value "+what+": per entry", kept, entries)
}

func main() {
	cut := func(s string) string { return s[:8] }
	cloned := func(s string) string { return strings.Clone(s[:8]) }
	empty := strings.Repeat("x", 0)

	keys("s[:8]", cut)
	keys(`"" + s[:8]`, func(s string) string { return empty + s[:8] })
	keys(`"p" + s[:8]`, func(s string) string { return "p" + s[:8] })
	keys("strings.Clone(s[:8])", cloned)
	keys("string([]byte(s[:8]))", func(s string) string { return string([]byte(s[:8])) })
	keys("fmt.Sprint(s[:8])", func(s string) string { return fmt.Sprint(s[:8]) })
	keys("s[:8], then overwritten under strings.Clone(s[:8])", cut, cloned)
	keys("strings.Clone(s[:8]), then overwritten under s[:8]", cloned, cut)

	values("s[:8]", func(i int) string { return line(i)[:8] })
	values("b[:8]", func(int) []byte { return block()[:8] })
	values("b[:8:8]", func(int) []byte { return block()[:8:8] })
	values("bytes.Clone(b[:8])", func(int) []byte { return bytes.Clone(block()[:8]) })
	values("append([]byte(nil), b[:8]...)", func(int) []byte { return append([]byte(nil), block()[:8]...) })
	values("&record.id", func(int) *int64 {
		record := new(struct {
			id   int64
			rest [size - 8]byte
		})
		return &record.id
	})
	values("p[:1] of 16 pointers to 256 bytes each", func(int) []*[256]byte {
		p := make([]*[256]byte, 16)
		for i := range p {
			p[i] = new([256]byte)
		}
		return p[:1]
	})

	for _, f := range append(functions, later...) {
		kept := measure.Kept(func() any {
			m := map[string]int{}
			for i := 0; i < entries; i++ {
				m[f.cut(i)] = i
			}
			return m
		})
		measure.Each("key from "+f.name+": per entry", kept, entries)
	}
	for _, f := range byteFunctions {
		values("from "+f.name, func(i int) []byte { return f.cut([]byte(words(i))) })
	}
}
