// Package presence tells how many clients were active lately.
package presence

import (
	"net/http"
	"sync"
	"time"
)

// Tracker remembers when each client was last seen.
type Tracker struct {
	lastSeen sync.Map // remote address -> time.Time
}

// NewTracker returns a tracker that has seen nobody.
func NewTracker() *Tracker { return &Tracker{} }

// Watch notes the client of every request before next serves it.
func (t *Tracker) Watch(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		t.lastSeen.Store(r.RemoteAddr, time.Now())
		next.ServeHTTP(w, r)
	})
}

// Online counts the clients seen within the given time.
func (t *Tracker) Online(within time.Duration) int {
	n := 0
	t.lastSeen.Range(func(_, seen any) bool {
		if time.Since(seen.(time.Time)) <= within {
			n++
		}
		return true
	})
	return n
}
