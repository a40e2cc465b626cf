// Package room carries messages between the people in a room.
package room

import (
	"context"
	"errors"
	"log"
	"maps"
	"slices"
	"sync"
	"time"

	"example.com/chat/internal/config"
)

// ErrSlowMode is returned for a message that comes too soon after the one before.
var ErrSlowMode = errors.New("this room is in slow mode")

type room struct {
	settings config.Room
	last     time.Time
	members  map[chan Message]string
}

// Hub knows every room that has someone in it.
type Hub struct {
	greeting string
	settings map[string]config.Room

	mu     sync.Mutex
	rooms  map[string]*room
	recent map[string]int // messages by user since the last report
	byKind map[Kind]int
}

// NewHub returns a hub whose standing rooms are set up as cfg says.
func NewHub(cfg *config.Config) *Hub {
	h := &Hub{
		greeting: cfg.Greeting,
		settings: make(map[string]config.Room),
		rooms:    make(map[string]*room),
		recent:   make(map[string]int),
		byKind:   make(map[Kind]int),
	}
	for name, r := range cfg.Rooms {
		h.settings[name] = r
	}
	return h
}

// Join adds a user to a room and opens it if need be. The caller calls leave when done.
func (h *Hub) Join(name, user string) (messages <-chan Message, leave func()) {
	in := make(chan Message, 16)
	in <- Message{User: "chat", Text: h.greeting, At: time.Now()}

	h.mu.Lock()
	defer h.mu.Unlock()
	r := h.rooms[name]
	if r == nil {
		r = &room{settings: h.settings[name], members: make(map[chan Message]string)}
		h.rooms[name] = r
	}
	h.send(r, Message{Kind: Joined, User: user, Text: "joined", At: time.Now()})
	r.members[in] = user
	return in, func() { h.leave(name, in) }
}

func (h *Hub) leave(name string, in chan Message) {
	h.mu.Lock()
	defer h.mu.Unlock()
	r := h.rooms[name]
	user := r.members[in]
	delete(r.members, in)
	if len(r.members) == 0 {
		delete(h.rooms, name)
		return
	}
	h.send(r, Message{Kind: Left, User: user, Text: "left", At: time.Now()})
}

// Post sends a message to everyone in the room. Nobody hears what is said in an empty one.
func (h *Hub) Post(name string, m Message) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	r := h.rooms[name]
	if r == nil {
		return nil
	}
	if r.settings.SlowMode && m.At.Sub(r.last) < 30*time.Second {
		return ErrSlowMode
	}
	r.last = m.At
	h.recent[m.User]++
	m.Text = decorate(m.Text)
	h.send(r, m)
	return nil
}

// send must be called with h.mu held. A member who does not keep up misses messages.
func (h *Hub) send(r *room, m Message) {
	h.byKind[m.Kind]++
	for in := range r.members {
		select {
		case in <- m:
		default:
		}
	}
}

// Run logs a report at every interval until ctx is done.
func (h *Hub) Run(ctx context.Context, interval time.Duration) {
	tick := time.NewTicker(interval)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			h.report()
		case <-ctx.Done():
			return
		}
	}
}

func (h *Hub) report() {
	h.mu.Lock()
	defer h.mu.Unlock()
	users := slices.SortedFunc(maps.Keys(h.recent), func(a, b string) int { return h.recent[b] - h.recent[a] })
	log.Printf("%d rooms open, %d messages so far, busiest: %q", len(h.rooms), h.byKind[Text], users[:min(3, len(users))])
	for user := range h.recent {
		delete(h.recent, user)
	}
}
