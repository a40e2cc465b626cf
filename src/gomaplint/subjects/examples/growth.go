package main

import (
	"log"
	"net/http"
	"sync"
	"time"
)

const mostTenants = 10_000

type limiter struct {
	mu      sync.Mutex
	byID    map[string]int
	capped  map[string]int
	started map[string]time.Time
}

func main() {
	l := &limiter{
		byID:    map[string]int{},
		capped:  map[string]int{},
		started: map[string]time.Time{"default": time.Now()},
	}
	http.HandleFunc("/", l.serve)
	http.HandleFunc("/forget", l.forget)
	log.Fatal(http.ListenAndServe(":8080", nil))
}

func (l *limiter) serve(w http.ResponseWriter, r *http.Request) {
	tenantID := r.Header.Get("X-Tenant")
	l.mu.Lock()
	defer l.mu.Unlock()
	l.byID[tenantID]++ // subject
	if len(l.capped) < mostTenants {
		l.capped[tenantID]++ // subject, but capped
	}
	if _, ok := l.started[tenantID]; ok {
		l.started[tenantID] = time.Now() // subject, but only of keys that are there
	}
}

// Removing entries is no cap: who sends many tenants never calls it.
func (l *limiter) forget(w http.ResponseWriter, r *http.Request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.byID, r.Header.Get("X-Tenant"))
	delete(l.capped, r.Header.Get("X-Tenant"))
}
