package main

import (
	"log"
	"net/http"
	"os"
)

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		for k, v := range r.Header {
			w.Header().Add(k, v[0])
		}
		w.Header().Add("Version", os.Getenv("VERSION"))
		writeLog(w, r, http.StatusOK)
	})
	http.HandleFunc("/healthz", func(w http.ResponseWriter, r *http.Request) {
		writeLog(w, r, http.StatusOK)
	})
	log.Fatal(http.ListenAndServe(":8080", nil))
}

func writeLog(w http.ResponseWriter, r *http.Request, code int) {
	w.WriteHeader(code)
	// we run behind ingress-nginx, it sets this header
	log.Printf("client=%q status=%d uri=%s", r.Header.Get("X-Forwarded-For"), code, r.RequestURI)
}
