package main

import (
	"log"
	"net/http"
	"sync"
)

const mostPeers = 1000

type hub struct {
	mu    sync.Mutex
	peers map[string]int //gomaplint:bounded by=1000 // subject
	names map[string]int // no promise
}

func main() {
	h := &hub{peers: map[string]int{}, names: map[string]int{}}
	http.HandleFunc("/", h.serve)
	log.Fatal(http.ListenAndServe(":8080", nil))
}

func (h *hub) serve(w http.ResponseWriter, r *http.Request) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.peers) < mostPeers {
		h.peers[r.RemoteAddr]++
	}
	h.names[r.Host]++
}
