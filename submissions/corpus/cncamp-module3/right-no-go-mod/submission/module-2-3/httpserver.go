package main

import (
	"fmt"
	"log"
	"net/http"
	"os"
)

func main() {
	http.HandleFunc("/get", get)
	http.HandleFunc("/healthz", healthz)
	log.Fatal(http.ListenAndServe(":80", nil))
}

// curl -v http://127.0.0.1/get -H "a: b"
func get(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	for key := range r.Header {
		header.Add(key, r.Header.Get(key))
	}
	header.Add("VERSION", os.Getenv("VERSION"))
	code := 203 // non-authoritative, the headers are not ours
	w.WriteHeader(code)
	fmt.Fprintln(os.Stdout, "[GET]", r.RemoteAddr, code)
}

func healthz(w http.ResponseWriter, r *http.Request) {
	fmt.Fprintln(w, "200")
	fmt.Fprintln(os.Stdout, "[GET]", r.RemoteAddr, 200)
}
