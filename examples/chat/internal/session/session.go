// Package session keeps what the service knows about each visitor.
package session

import (
	"crypto/rand"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

const cookie = "chat_session"

// Session is one visitor's state.
type Session struct {
	Since  time.Time
	Posted atomic.Int64
}

// Store holds the sessions of all visitors.
type Store struct {
	mu       sync.Mutex
	sessions map[string]*Session
}

// NewStore returns an empty store.
func NewStore() *Store {
	return &Store{sessions: make(map[string]*Session)}
}

// Get returns the session of a token and starts one on the first visit.
func (s *Store) Get(token string) *Session {
	s.mu.Lock()
	defer s.mu.Unlock()
	sess, ok := s.sessions[token]
	if !ok {
		sess = &Session{Since: time.Now()}
		s.sessions[token] = sess
	}
	return sess
}

// Token returns the token in the visitor's cookie, or hands out a new one.
func Token(w http.ResponseWriter, r *http.Request) string {
	if c, err := r.Cookie(cookie); err == nil && c.Value != "" {
		return c.Value
	}
	token := rand.Text()
	http.SetCookie(w, &http.Cookie{Name: cookie, Value: token, Path: "/", HttpOnly: true})
	return token
}
