package main

import "net/http"

var hits = map[string]int{}

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		hits[r.RemoteAddr]++
		delete(hits, r.RemoteAddr) // subject
	})
	_ = http.ListenAndServe(":8080", nil)
	clear(hits)
}
