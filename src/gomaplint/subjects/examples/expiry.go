package main

import (
	"net/http"
	"time"
)

type token struct{ expires time.Time }

var tokens = map[string]token{}

func main() {
	http.HandleFunc("/login", func(w http.ResponseWriter, r *http.Request) {
		tokens[r.FormValue("id")] = token{time.Now().Add(time.Hour)}
	})
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if tokens[r.FormValue("id")].expires.Before(time.Now()) { // subject
			http.Error(w, "login", http.StatusUnauthorized)
		}
	})
	_ = http.ListenAndServe(":8080", nil)
}
