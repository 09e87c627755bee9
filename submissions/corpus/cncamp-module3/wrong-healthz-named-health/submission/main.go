package main

import (
	"log"
	"net/http"
	"os"
)

type app struct{}

func (a app) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	code := http.StatusOK
	for k, v := range r.Header {
		w.Header()[k] = v
	}
	w.Header().Set("VERSION", os.Getenv("VERSION"))
	switch r.URL.Path {
	case "/":
		w.Write([]byte("index"))
	case "/health":
		w.Write([]byte("ok"))
	default:
		code = http.StatusNotFound
		w.WriteHeader(code)
	}
	log.Printf("%s %s %d", r.RemoteAddr, r.URL.Path, code)
}

func main() {
	log.Fatal(http.ListenAndServe(":8080", app{}))
}
