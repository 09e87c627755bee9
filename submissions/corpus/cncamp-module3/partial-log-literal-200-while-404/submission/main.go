package main

import (
	"log"
	"net/http"
	"os"
)

func main() {
	http.HandleFunc("/", handler)
	log.Fatal(http.ListenAndServe(":8080", nil))
}

func handler(w http.ResponseWriter, r *http.Request) {
	for k, v := range r.Header {
		w.Header()[k] = v
	}
	w.Header().Set("VERSION", os.Getenv("VERSION"))
	switch r.URL.Path {
	case "/healthz":
		w.WriteHeader(http.StatusOK)
	default:
		w.WriteHeader(http.StatusNotFound)
	}
	log.Printf("clientip: %s, response code: 200", r.RemoteAddr)
}
