// Package metrics counts requests.
package metrics

import (
	"fmt"
	"net/http"
	"sync"
	"time"
)

type counter struct {
	requests int
	total    time.Duration
}

var (
	mu     sync.Mutex
	byPath = map[string]*counter{}
)

// Count measures every request that next serves.
func Count(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		next.ServeHTTP(w, r)
		record(r.URL.Path, time.Since(start))
	})
}

func record(path string, took time.Duration) {
	mu.Lock()
	defer mu.Unlock()
	c := byPath[path]
	if c == nil {
		c = &counter{}
		byPath[path] = c
	}
	c.requests++
	c.total += took
}

// Serve writes all counters as text.
func Serve(w http.ResponseWriter, _ *http.Request) {
	mu.Lock()
	defer mu.Unlock()
	for path, c := range byPath {
		fmt.Fprintf(w, "requests_total{path=%q} %d\n", path, c.requests)
		fmt.Fprintf(w, "request_seconds_total{path=%q} %.3f\n", path, c.total.Seconds())
	}
}
