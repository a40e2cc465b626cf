package main

import (
	"log"
	"net/http"
)

var hits = map[string]int{} //gomaplint:ignore GML101 the paths of this service are few // subject

func main() {
	http.HandleFunc("/", count)
	log.Fatal(http.ListenAndServe(":8080", nil))
}

// No comment for gomaplint: it only mentions GML101.
func count(w http.ResponseWriter, r *http.Request) {
	hits[r.URL.Path]++
}
