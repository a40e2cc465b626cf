// Command churn measures maps of constant size whose keys are always fresh.
//
// For each entry that is deleted one with a new key is inserted. Small maps are measured many at a time.
package main

import (
	"fmt"
	"runtime"
	"strconv"

	"example.com/experiments/measure"
)

type pair struct{ a, b uint64 }

// A course is how many maps of so many live entries are churned, and after how many turnovers they are measured.
type course struct {
	live, maps int
	turnovers  []int
}

// churn replaces the keys of maps again and again and prints the size of their tables, as a multiple of the fresh ones.
func churn[K comparable](kind string, c course, fresh func(*measure.Random) K) {
	random := measure.Random(11)
	keys := make([]K, c.maps*c.live)
	for i := range keys {
		keys[i] = fresh(&random)
	}
	before := measure.Held()
	maps := make([]map[K]int64, c.maps)
	for i := range maps {
		maps[i] = make(map[K]int64)
		for _, k := range keys[i*c.live : (i+1)*c.live] {
			maps[i][k] = 1
		}
	}
	filled := measure.Held() - before
	turn := 0
	turnOver := func() {
		turn++
		for i, m := range maps {
			for j := i * c.live; j < (i+1)*c.live; j++ {
				delete(m, keys[j])
				keys[j] = fresh(&random)
				m[keys[j]] = 1
			}
		}
	}
	// A bucket map is moved to a fresh array of the same size now and then, so each figure is the mean of ten turnovers.
	const last = 10
	for _, stop := range c.turnovers {
		for turn < stop-last {
			turnOver()
		}
		var sum int64
		for turn < stop {
			turnOver()
			sum += measure.Held() - before
		}
		what := fmt.Sprintf("%s keys, %d live: table after %d turnovers, times", kind, c.live, stop)
		measure.Figure(what, float64(sum)/last/float64(filled))
	}
	runtime.KeepAlive(keys)
	runtime.KeepAlive(maps)
}

func integer(r *measure.Random) int64 { return int64(r.Next()) }
func words(r *measure.Random) pair    { return pair{r.Next(), 1} }

func pointer(r *measure.Random) *int64 {
	p := new(int64)
	*p = int64(r.Next())
	return p
}

// kinds of keys: the runtime has an assignment routine for each of the first four, and one for all others.
func kinds(c course) {
	churn("int64", c, integer)
	churn("int32", c, func(r *measure.Random) int32 { return int32(r.Next()) })
	churn("string", c, func(r *measure.Random) string { return strconv.FormatUint(r.Next()|1<<63, 36) })
	churn("pointer", c, pointer)
	churn("struct{a, b uint64}", c, words)
	churn("[2]uint64", c, func(r *measure.Random) [2]uint64 { return [2]uint64{r.Next(), 1} })
	churn("float64", c, func(r *measure.Random) float64 { return float64(r.Next()) })
	churn("any(uint64)", c, func(r *measure.Random) any { return r.Next() | 1<<62 })
}

// afterPeak fills a map, deletes 99 of 100 entries and then works with the rest.
func afterPeak() {
	const peak, live = 1_000_000, 10_000
	random := measure.Random(3)
	before := measure.Held()
	m := make(map[uint64]*[64]byte)
	keys := make([]uint64, peak)
	for i := range keys {
		keys[i] = random.Next()
		m[keys[i]] = new([64]byte)
	}
	for _, k := range keys[live:] {
		delete(m, k)
	}
	keys = append([]uint64(nil), keys[:live]...)
	measure.MB("1000000 entries, then 10000: held", measure.Held()-before)
	for turn := 0; turn < 200; turn++ {
		for i := range keys {
			delete(m, keys[i])
			keys[i] = random.Next()
			m[keys[i]] = new([64]byte)
		}
	}
	measure.MB("1000000 entries, then 10000: held after 200 turnovers", measure.Held()-before)

	count := 0
	visit := func() {
		for range m {
			count++
		}
	}
	sparse := measure.Cheapest(20, visit)
	rebuilt := make(map[uint64]*[64]byte, len(m))
	for k, v := range m {
		rebuilt[k] = v
	}
	m = rebuilt
	dense := measure.Cheapest(20, visit)
	measure.MB("1000000 entries, then 10000: held after a rebuild", measure.Held()-before)
	measure.Rough("1000000 entries, then 10000: range over it, ms of processor time", sparse.Seconds()*1e3)
	measure.Rough("1000000 entries, then 10000: range after a rebuild, ms of processor time", dense.Seconds()*1e3)
	runtime.KeepAlive(m)
	runtime.KeepAlive(keys)
}

func main() {
	kinds(course{8, 1_000, []int{200}})
	kinds(course{100, 10, []int{100, 5_000}})
	kinds(course{850, 3, []int{100, 5_000}})
	kinds(course{13_000, 1, []int{100}})
	kinds(course{100_000, 1, []int{50}})
	// Does it go on growing? Each doubling takes some fifty times as long as the one before.
	churn("int64", course{13_000, 1, []int{3_000}}, integer)
	churn("pointer", course{13_000, 1, []int{3_000}}, pointer)
	churn("struct{a, b uint64}", course{13_000, 1, []int{3_000}}, words)
	churn("struct{a, b uint64}", course{100, 3, []int{300_000}}, words)
	afterPeak()
}
