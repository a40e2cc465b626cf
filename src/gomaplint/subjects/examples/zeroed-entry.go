package main

import "net/http"

type conn struct{ addr string }

var conns = map[string]*conn{}

func main() {
	http.HandleFunc("/open", func(w http.ResponseWriter, r *http.Request) {
		conns[r.FormValue("id")] = &conn{r.RemoteAddr}
	})
	http.HandleFunc("/close", func(w http.ResponseWriter, r *http.Request) {
		conns[r.FormValue("id")] = nil // subject
	})
	_ = http.ListenAndServe(":8080", nil)
}
