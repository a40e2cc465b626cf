package main

import "net/http"

type conn struct{ done chan struct{} }

func (c *conn) Close() { close(c.done) }

var conns = map[string]*conn{}

func main() {
	http.HandleFunc("/open", func(w http.ResponseWriter, r *http.Request) {
		conns[r.FormValue("id")] = &conn{done: make(chan struct{})}
	})
	http.HandleFunc("/close", func(w http.ResponseWriter, r *http.Request) {
		closeConn(r.FormValue("id"))
	})
	_ = http.ListenAndServe(":8080", nil)
}

func closeConn(id string) {
	c := conns[id] // subject
	c.Close()
}
