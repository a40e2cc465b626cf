//go:build !unix

package measure

import "time"

var started = time.Now()

// Processor is the time that this process took so far; on the clock, for want of something better.
func Processor() time.Duration { return time.Since(started) }
