package main

import (
	"log"
	"net/http"
	"os"
)

var logger = log.New(os.Stdout, "", log.LstdFlags)

func main() {
	mux := http.NewServeMux()
	mux.HandleFunc("/", homework)
	mux.HandleFunc("/healthz", healthz)
	srv := http.Server{Addr: ":8080", Handler: mux}
	logger.Fatalln(srv.ListenAndServe())
}

// homework 1, 2 and 3
func homework(w http.ResponseWriter, r *http.Request) {
	respHeader := w.Header()
	for key, value := range r.Header {
		for i := range value {
			respHeader.Add(key, value[i])
		}
	}
	respHeader.Set("VERSION", os.Getenv("VERSION"))
	w.WriteHeader(http.StatusOK)
	logger.Printf("ClientIP=%v StatusCode=%v", ip(r), http.StatusOK)
}

// homework 4
func healthz(w http.ResponseWriter, r *http.Request) {
	w.WriteHeader(http.StatusOK)
	logger.Printf("ClientIP=%v StatusCode=%v", ip(r), http.StatusOK)
}
