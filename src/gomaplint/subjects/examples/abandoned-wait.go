package main

import (
	"context"
	"net/http"
)

type hub struct{ calls map[string]chan string }

func main() {
	h := &hub{calls: map[string]chan string{}}
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		println(h.ask(r.Context(), r.FormValue("id")))
	})
	http.HandleFunc("/answer", func(w http.ResponseWriter, r *http.Request) {
		h.calls[r.FormValue("id")] <- "yes"
	})
	_ = http.ListenAndServe(":8080", nil)
}

func (h *hub) ask(ctx context.Context, id string) string {
	answer := make(chan string)
	h.calls[id] = answer
	select {
	case s := <-answer: // subject, but a map is reported once
		delete(h.calls, id)
		return s
	case <-ctx.Done(): // subject
		return ""
	}
}
