package measure

import (
	"math"
	"time"
)

// Cheapest is the least processor time that one of several runs took, collections included. Other programs that run at
// the same time disturb it less than they do the time on the clock.
func Cheapest(runs int, run func()) time.Duration {
	best := time.Duration(math.MaxInt64)
	for i := 0; i < runs; i++ {
		start := Processor()
		run()
		best = min(best, Processor()-start)
	}
	return best
}
