package main

import (
	"fmt"
	"net/http"
	"os"
	"strings"
)

func clientIP(r *http.Request) string {
	if i := strings.LastIndex(r.RemoteAddr, ":"); i >= 0 {
		return r.RemoteAddr[:i]
	}
	return r.RemoteAddr
}

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		for k, vs := range r.Header {
			for _, v := range vs {
				w.Header().Add(k, v)
			}
		}
		w.Header().Add("httpserver-version", os.Getenv("VERSION"))
		w.WriteHeader(http.StatusOK)
		fmt.Printf("client %s, status %d\n", clientIP(r), http.StatusOK)
	})
	// not logged: the health check comes every 5 seconds
	http.HandleFunc("/healthz", func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusOK)
	})
	if err := http.ListenAndServe(":8080", nil); err != nil {
		fmt.Println(err)
	}
}
