package main

import (
	"fmt"
	"net"
	"net/http"
	"os"
)

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		for k := range r.Header {
			w.Header().Set(k, r.Header.Get(k))
		}
		w.Header().Set("VERSION", os.Getenv("VERSION"))
		write(w, r, http.StatusOK)
	})
	http.HandleFunc("/healthz", func(w http.ResponseWriter, r *http.Request) {
		write(w, r, http.StatusOK)
	})
	fmt.Println(http.ListenAndServe(":8080", nil))
}

func write(w http.ResponseWriter, r *http.Request, code int) {
	w.WriteHeader(code)
	host, _, _ := net.SplitHostPort(r.RemoteAddr)
	fmt.Println("client", host, "code", code)
}
