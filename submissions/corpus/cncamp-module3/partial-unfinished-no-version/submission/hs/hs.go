package main

import (
	"fmt"
	"net/http"
	"os"
)

func main() {
	// the version is printed when the server starts; how it gets into the response I have not found out
	fmt.Println("version", os.Getenv("VERSION"))
	http.HandleFunc("/", index)
	http.HandleFunc("/healthz", healthz)
	fmt.Println(http.ListenAndServe(":80", nil))
}

func index(w http.ResponseWriter, r *http.Request) {
	for k, v := range r.Header {
		for _, s := range v {
			w.Header().Add(k, s)
		}
	}
	w.WriteHeader(200)
	fmt.Println("request from", r.RemoteAddr, "returns", 200)
}

func healthz(w http.ResponseWriter, r *http.Request) {
	w.WriteHeader(200)
}
