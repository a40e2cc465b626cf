package main

import "runtime"

type page struct{ path string }

func (p *page) Close() {}

var pages = map[string]*page{}

func main() {
	p := &page{path: "/"}
	runtime.SetFinalizer(p, (*page).Close) // subject
	pages[p.path] = p
	runtime.SetFinalizer(p, nil)
}
