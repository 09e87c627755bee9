package main

import (
	"log"
	"net/http"
	"os"
)

func main() {
	http.HandleFunc("/", index)
	http.HandleFunc("/healthz", healthz)
	log.Fatal(http.ListenAndServe(":8080", nil))
}

func index(w http.ResponseWriter, r *http.Request) {
	for k, v := range r.Header {
		w.Header().Set(k, v[0])
	}
	w.Header().Set("VERSION", os.Getenv("VERSION"))
	w.WriteHeader(http.StatusOK)
	log.Println("ClientIP:", r.RemoteAddr, "HttpCode:", http.StatusText(http.StatusOK))
}

func healthz(w http.ResponseWriter, r *http.Request) {
	w.WriteHeader(http.StatusOK)
	log.Println("ClientIP:", r.RemoteAddr, "HttpCode:", http.StatusText(http.StatusOK))
}
