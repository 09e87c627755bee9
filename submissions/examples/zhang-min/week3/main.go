package main

import (
	"log"
	"net/http"
	"os"
)

type statusRecorder struct {
	http.ResponseWriter
	status int
}

func (s *statusRecorder) WriteHeader(status int) {
	s.status = status
	s.ResponseWriter.WriteHeader(status)
}

func main() {
	mux := http.NewServeMux()
	mux.HandleFunc("/headers", headers)
	mux.HandleFunc("/healthz", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(200) })

	log.Fatal(http.ListenAndServe(":80", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rec := &statusRecorder{w, 200}
		mux.ServeHTTP(rec, r)
		log.Printf("%v %v %v", r.RemoteAddr, r.URL, rec.status)
	})))
}

func headers(w http.ResponseWriter, r *http.Request) {
	for k, v := range r.Header {
		w.Header()[k] = v
	}
	w.Header().Set("X-Server-Version", os.Getenv("VERSION"))
}
