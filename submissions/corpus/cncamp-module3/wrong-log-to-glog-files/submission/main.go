package main

import (
	"log"
	"net/http"
	"os"
)

func main() {
	info := newInfoLog()
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		for k, v := range r.Header {
			w.Header().Set(k, v[0])
		}
		w.Header().Set("Version", os.Getenv("VERSION"))
		w.WriteHeader(http.StatusOK)
		info.Printf("client: %s, code: %d", r.RemoteAddr, http.StatusOK)
	})
	http.HandleFunc("/healthz", func(w http.ResponseWriter, r *http.Request) {
		info.Printf("client: %s, code: %d", r.RemoteAddr, http.StatusOK)
	})
	log.Fatal(http.ListenAndServe(":8080", nil))
}
