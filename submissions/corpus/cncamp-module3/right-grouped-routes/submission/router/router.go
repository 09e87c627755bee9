package router

import "net/http"

type Group struct {
	prefix string
	mux    *http.ServeMux
	wrap   func(http.HandlerFunc) http.HandlerFunc
}

func New(wrap func(http.HandlerFunc) http.HandlerFunc) *Group {
	return &Group{mux: http.NewServeMux(), wrap: wrap}
}

func (g *Group) Group(prefix string) *Group {
	return &Group{prefix: g.prefix + prefix, mux: g.mux, wrap: g.wrap}
}

func (g *Group) Handle(path string, h http.HandlerFunc) { g.mux.HandleFunc(g.prefix+path, g.wrap(h)) }

func (g *Group) ServeHTTP(w http.ResponseWriter, r *http.Request) { g.mux.ServeHTTP(w, r) }
