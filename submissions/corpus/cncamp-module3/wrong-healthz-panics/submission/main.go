package main

import (
	"fmt"
	"net/http"
	"os"
)

type store struct {
	name string
}

var db *store

func main() {
	http.HandleFunc("/", index)
	http.HandleFunc("/healthz", healthz)
	http.ListenAndServe(":8080", nil)
}

func index(w http.ResponseWriter, r *http.Request) {
	for k, v := range r.Header {
		w.Header()[k] = v
	}
	w.Header().Set("VERSION", os.Getenv("VERSION"))
	w.WriteHeader(http.StatusOK)
	fmt.Println(r.RemoteAddr, http.StatusOK)
}

func healthz(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("DB", db.name)
	w.WriteHeader(http.StatusOK)
	fmt.Println(r.RemoteAddr, http.StatusOK)
}
