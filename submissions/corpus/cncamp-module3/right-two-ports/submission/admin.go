package main

import (
	"fmt"
	"net/http"
	"sync/atomic"
)

// Prometheus scrapes this port, so it has to be reachable from outside
func serveAdmin(addr string) {
	mux := http.NewServeMux()
	mux.HandleFunc("/metrics", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, "# TYPE httpserver_requests_total counter")
		fmt.Fprintf(w, "httpserver_requests_total %d\n", atomic.LoadInt64(&requests))
	})
	if err := http.ListenAndServe(addr, mux); err != nil {
		panic(err)
	}
}
