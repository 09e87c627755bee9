package main

import (
	"fmt"
	"net"
	"net/http"
	"os"
)

const VERSION = "v1.0.0"

func main() {
	mux := http.NewServeMux()
	mux.HandleFunc("/", index)
	mux.HandleFunc("/healthz", healthz)
	http.ListenAndServe(":8888", mux)
}

func index(w http.ResponseWriter, r *http.Request) {
	for k, v := range r.Header {
		w.Header().Set("Request-"+k, v[0])
	}
	w.Header().Set("VERSION", VERSION)
	w.WriteHeader(http.StatusForbidden)
	access(r)
}

func healthz(w http.ResponseWriter, r *http.Request) {
	w.WriteHeader(http.StatusOK)
	access(r)
}

func access(r *http.Request) {
	ip, _, _ := net.SplitHostPort(r.RemoteAddr)
	fmt.Fprintln(os.Stdout, "clientIP:", ip, "httpCode:", 200)
}
