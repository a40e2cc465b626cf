package main

import "net/http"

var hits = map[string]int{}

func main() {
	hits["start"]++
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		hits[r.URL.Path]++ // subject
	})
	_ = http.ListenAndServe(":8080", nil)
}
