package main

import (
	"fmt"
	"net/http"
	"os"

	"w/router"
)

type writer struct {
	http.ResponseWriter
	code int
}

func (w *writer) WriteHeader(c int) {
	w.code = c
	w.ResponseWriter.WriteHeader(c)
}

func access(h http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		ww := &writer{w, 200}
		h(ww, r)
		fmt.Println("remote:", r.RemoteAddr, "path:", r.URL.Path, "status:", ww.code)
	}
}

func main() {
	r := router.New(access)
	r.Handle("/healthz", func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "ok") })

	api := r.Group("/api")
	v1 := api.Group("/v1")
	v1.Handle("/headers", func(w http.ResponseWriter, r *http.Request) {
		for k, v := range r.Header {
			w.Header().Set(k, v[0])
		}
	})
	v1.Handle("/version", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Version", os.Getenv("VERSION"))
	})
	fmt.Println(http.ListenAndServe(":8080", r))
}
