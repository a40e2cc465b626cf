// Chat serves rooms, presence and profile cards over HTTP.
//
//	go run . -addr localhost:8080 -config chat.json
//	curl -d 'hello' 'localhost:8080/rooms/lobby/messages?user=ann'
//	curl -N 'localhost:8080/rooms/lobby/stream?user=bob'
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"os/signal"
	"time"

	"example.com/chat/internal/card"
	"example.com/chat/internal/config"
	"example.com/chat/internal/metrics"
	"example.com/chat/internal/presence"
	"example.com/chat/internal/room"
	"example.com/chat/internal/session"
)

type server struct {
	sessions *session.Store
	presence *presence.Tracker
	hub      *room.Hub
	cards    *card.Cache
}

func main() {
	addr := flag.String("addr", "localhost:8080", "address to listen on")
	path := flag.String("config", "chat.json", "configuration file")
	flag.Parse()

	cfg, err := config.Load(*path)
	if err != nil {
		log.Fatal(err)
	}
	s := &server{
		sessions: session.NewStore(),
		presence: presence.NewTracker(),
		hub:      room.NewHub(cfg),
		cards:    card.NewCache(10_000),
	}

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	go s.hub.Run(ctx, time.Minute)

	// No write timeout: streams stay open.
	srv := &http.Server{Addr: *addr, Handler: s.routes(), ReadHeaderTimeout: 5 * time.Second}
	context.AfterFunc(ctx, func() { srv.Close() })
	log.Printf("listening on http://%s", *addr)
	if err := srv.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		log.Fatal(err)
	}
}

func (s *server) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /rooms/{room}/messages", s.post)
	mux.HandleFunc("GET /rooms/{room}/stream", s.stream)
	mux.HandleFunc("GET /users/{user}/card", s.card)
	mux.HandleFunc("GET /me", s.me)
	mux.HandleFunc("GET /presence", s.online)
	mux.HandleFunc("GET /metrics", metrics.Serve)
	return metrics.Count(s.presence.Watch(mux))
}

func (s *server) post(w http.ResponseWriter, r *http.Request) {
	text, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 4<<10))
	if err != nil {
		http.Error(w, "message too long", http.StatusRequestEntityTooLarge)
		return
	}
	s.sessions.Get(session.Token(w, r)).Posted.Add(1)
	m := room.Message{Kind: room.Text, User: r.FormValue("user"), Text: string(text), At: time.Now()}
	if err := s.hub.Post(r.PathValue("room"), m); err != nil {
		http.Error(w, err.Error(), http.StatusTooManyRequests)
		return
	}
	w.WriteHeader(http.StatusAccepted)
}

func (s *server) stream(w http.ResponseWriter, r *http.Request) {
	messages, leave := s.hub.Join(r.PathValue("room"), r.FormValue("user"))
	defer leave()
	w.Header().Set("Content-Type", "text/event-stream")
	out := http.NewResponseController(w)
	for {
		select {
		case m := <-messages:
			fmt.Fprintf(w, "data: %s %s: %s\n\n", m.At.Format(time.TimeOnly), m.User, m.Text)
			if err := out.Flush(); err != nil {
				return
			}
		case <-r.Context().Done():
			return
		}
	}
}

func (s *server) card(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "image/svg+xml")
	w.Write(s.cards.Card(r.PathValue("user")))
}

func (s *server) me(w http.ResponseWriter, r *http.Request) {
	sess := s.sessions.Get(session.Token(w, r))
	reply(w, map[string]any{"since": sess.Since, "posted": sess.Posted.Load()})
}

func (s *server) online(w http.ResponseWriter, _ *http.Request) {
	reply(w, map[string]int{"online": s.presence.Online(5 * time.Minute)})
}

func reply(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(v); err != nil {
		log.Printf("reply: %v", err)
	}
}
