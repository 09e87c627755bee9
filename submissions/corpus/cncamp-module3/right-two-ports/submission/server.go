package main

import (
	"fmt"
	"net/http"
	"os"
	"sync/atomic"
)

var requests int64

func main() {
	go serveAdmin(":9090")

	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		atomic.AddInt64(&requests, 1)
		for k, v := range r.Header {
			for _, s := range v {
				w.Header().Add(k, s)
			}
		}
		w.Header().Set("VERSION", os.Getenv("VERSION"))
		done(w, r, http.StatusOK)
	})
	mux.HandleFunc("/healthz", func(w http.ResponseWriter, r *http.Request) {
		done(w, r, http.StatusOK)
	})
	fmt.Println(http.ListenAndServe(":8080", mux))
	os.Exit(1)
}

func done(w http.ResponseWriter, r *http.Request, code int) {
	w.WriteHeader(code)
	fmt.Printf("web: %s %s -> %d\n", r.RemoteAddr, r.URL.Path, code)
}
