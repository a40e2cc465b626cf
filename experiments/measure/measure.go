// Package measure reads the heap and prints figures, one a line: what was measured, a tab, the outcome.
package measure

import (
	"fmt"
	"math"
	"runtime"
	"strconv"
)

// Heap is what the runtime counts when only what can be reached is left: after two collections.
func Heap() runtime.MemStats {
	runtime.GC()
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats
}

// Held is the number of bytes in use after two collections.
func Held() int64 { return int64(Heap().HeapAlloc) }

// Kept is the number of bytes that a result holds.
func Kept(build func() any) int64 {
	before := Held()
	result := build()
	after := Held()
	runtime.KeepAlive(result)
	return after - before
}

// Say prints an outcome in words.
func Say(what, outcome string) { fmt.Printf("%s\t%s\n", what, outcome) }

// Figure prints a number, to a tenth below 1000 and to a whole above.
func Figure(what string, number float64) {
	digits := 10.0
	if math.Abs(number) >= 1000 {
		digits = 1
	}
	rounded := math.Round(number*digits) / digits
	if rounded == 0 {
		rounded = 0 // no minus sign
	}
	Say(what, strconv.FormatFloat(rounded, 'f', -1, 64))
}

// MB prints bytes in units of 1,000,000.
func MB(what string, bytes int64) { Figure(what+", MB", float64(bytes)/1e6) }

// Each prints bytes for each of n entries, maps or whatever what names.
func Each(what string, bytes int64, n int) { Figure(what+", B", float64(bytes)/float64(n)) }

// Rough prints a number that another run or machine will not repeat, to two digits.
func Rough(what string, number float64) {
	Say(what+" (indicative)", strconv.FormatFloat(twoDigits(number), 'f', -1, 64))
}

func twoDigits(number float64) float64 {
	if number == 0 {
		return 0
	}
	unit := math.Pow(10, math.Floor(math.Log10(math.Abs(number)))-1)
	rounded := math.Round(number/unit) * unit
	short, _ := strconv.ParseFloat(strconv.FormatFloat(rounded, 'g', 2, 64), 64)
	return short
}

// Keys returns n different strings. They lie in one buffer, so that a map's own bytes are not mixed with theirs.
func Keys(n int) []string {
	var buffer []byte
	ends := make([]int, n)
	for i := range ends {
		buffer = strconv.AppendInt(append(buffer, 'k'), int64(i), 10)
		ends[i] = len(buffer)
	}
	text, start := string(buffer), 0
	keys := make([]string, n)
	for i, end := range ends {
		keys[i] = text[start:end]
		start = end
	}
	return keys
}

// Random yields the same numbers in every run and version (splitmix64).
type Random uint64

// Next is the next number.
func (r *Random) Next() uint64 {
	*r += 0x9e3779b97f4a7c15
	z := uint64(*r)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}
