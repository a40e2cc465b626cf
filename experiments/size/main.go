// Command size measures maps of all sizes: bytes per entry, small maps, a growth that got stuck.
//
// It also compares what it measures with the formulas of docs/map-memory.md.
package main

import (
	"fmt"
	"math"
	"runtime"
	"strings"
	"unsafe"

	"example.com/experiments/measure"
)

const million = 1_000_000

// sizes are some of 1,000 and more, each a sixteenth above the one before, up to and without doublings doublings.
func sizes(doublings int) []int {
	var all []int
	for i := 0; i < 16*doublings; i++ {
		all = append(all, int(1000*math.Pow(2, float64(i)/16)))
	}
	return all
}

// sweep grows maps and prints the least, mean and greatest bytes per entry on the way.
//
// Chance decides when a table of a Swiss map is split, so the figure for a small size is the mean of several maps.
func sweep[K comparable, V any](doublings int, key func(int) K) {
	var value V
	low, high, sum := math.Inf(1), 0.0, 0.0
	stops := sizes(doublings)
	maps := make([]map[K]V, 64)
	before := measure.Held()
	for i := range maps {
		maps[i] = make(map[K]V)
	}
	for _, stop := range stops {
		count := max(1, 64_000/stop)
		clear(maps[count:])
		for _, m := range maps[:count] {
			for i := len(m); i < stop; i++ {
				m[key(i)] = value
			}
		}
		each := float64(measure.Held()-before) / float64(stop*count)
		low, high, sum = min(low, each), max(high, each), sum+each
	}
	runtime.KeepAlive(maps)
	what := fmt.Sprintf("%s, from 1000 to %d entries, per entry", name[K, V](), stops[len(stops)-1])
	measure.Figure(what+": low, B", low)
	measure.Figure(what+": mean, B", sum/float64(len(stops)))
	measure.Figure(what+": high, B", high)
}

// A deviation is how far a formula is from measured sizes, in per cent.
type deviation struct {
	sum, worst float64
	count      int
}

func (d *deviation) add(predicted, measured float64) {
	off := 100 * math.Abs(predicted-measured) / measured
	d.sum += off
	d.worst = max(d.worst, off)
	d.count++
}

var exact deviation

// round measures maps of round sizes, and the formula with them.
func round[K comparable, V any](limit int, key func(int) K) {
	var k K
	var v V
	for n := 1_000; n <= limit; n *= 10 {
		maps := make([]map[K]V, max(1, 100_000/n))
		before := measure.Held()
		for i := range maps {
			maps[i] = make(map[K]V)
			for j := 0; j < n; j++ {
				maps[i][key(j)] = v
			}
		}
		bytes := measure.Held() - before
		runtime.KeepAlive(maps)
		measure.Each(fmt.Sprintf("%s of %d, per entry", name[K, V](), n), bytes, n*len(maps))
		slot := layout{int(unsafe.Sizeof(k)), int(unsafe.Sizeof(v)), int(unsafe.Alignof(k)), int(unsafe.Alignof(v))}
		exact.add(slot.bytes(n), float64(bytes)/float64(len(maps)))
	}
}

// both measures maps of one type at round sizes and at those in between.
func both[K comparable, V any](doublings int, key func(int) K) {
	round[K, V](1000<<doublings, key)
	sweep[K, V](doublings, key)
}

// small measures many maps with few entries, filled one by one or made with a hint.
func small[K comparable, V any](key func(int) K) {
	const count = 5_000
	var value V
	each := func(state string, build func() map[K]V) {
		maps := make([]map[K]V, count)
		before := measure.Held()
		for i := range maps {
			maps[i] = build()
		}
		measure.Each(fmt.Sprintf("one %s, %s", name[K, V](), state), measure.Held()-before, count)
		runtime.KeepAlive(maps)
	}
	for _, n := range []int{0, 1, 8, 9, 16, 32} {
		each(fmt.Sprintf("entries: %d", n), func() map[K]V {
			m := make(map[K]V)
			for i := 0; i < n; i++ {
				m[key(i)] = value
			}
			return m
		})
	}
	for _, hint := range []int{8, 9, 100} {
		each(fmt.Sprintf("empty, hint: %d", hint), func() map[K]V { return make(map[K]V, hint) })
	}
}

// stuck stops filling right after a growth of the bucket map, then only reads, then writes.
func stuck(n int) {
	what := fmt.Sprintf("map[int64]int64 of %d: ", n)
	before := measure.Held()
	m := make(map[int64]int64)
	for i := 0; i < n; i++ {
		m[int64(i)] = 1
	}
	measure.MB(what+"filled", measure.Held()-before)
	for round := 0; round < 3; round++ {
		for i := 0; i < n; i++ {
			if m[int64(i)] != 1 {
				panic("an entry is lost")
			}
		}
	}
	measure.MB(what+"after reading all", measure.Held()-before)
	for i := 0; i < n; i++ {
		m[int64(i)] = 2
	}
	measure.MB(what+"after overwriting all", measure.Held()-before)
	runtime.KeepAlive(m)
}

func name[K comparable, V any]() string {
	return strings.NewReplacer("struct {}", "struct{}", "interface {}", "any", "uint8", "byte").Replace(fmt.Sprintf("%T", map[K]V(nil)))
}

func main() {
	keys := measure.Keys(million)
	number := func(i int) int64 { return int64(i) }
	text := func(i int) string { return keys[i] }

	both[int64, int64](10, number)
	both[string, int64](10, text)
	both[string, string](10, text)
	both[string, [64]byte](8, text)
	both[int64, [128]byte](8, number)
	both[string, [200]byte](8, text)
	both[int64, struct{}](10, number)
	both[int32, int32](10, func(i int) int32 { return int32(i) })
	round[int64, bool](million, number)
	round[string, any](million, text)
	round[int64, [129]byte](million/10, number)
	round[[128]byte, int64](million/10, func(i int) (k [128]byte) {
		copy(k[:], keys[i])
		return
	})
	round[[136]byte, int64](million/10, func(i int) (k [136]byte) {
		copy(k[:], keys[i])
		return
	})
	measure.Figure("formula against the round sizes: mean deviation, %", exact.sum/float64(exact.count))
	measure.Figure("formula against the round sizes: worst deviation, %", exact.worst)

	small[int64, int64](number)
	small[string, string](text)
	small[int64, struct{}](number)
	stuck(393_216) // 6 * 2^16, where Go 1.21 grows
	stuck(393_217)
	stuck(425_984) // 6.5 * 2^16, where Go 1.22 and 1.23 grow
	stuck(425_985)
	runtime.KeepAlive(keys)
}
