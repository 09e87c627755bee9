package main

import (
	"flag"
	"fmt"
	"log"
	"net/http"
)

var (
	port    = flag.Int("port", 8000, "listen port")
	version = flag.String("version", "1.0.0", "VERSION that goes to the response header")
)

type statusWriter struct {
	http.ResponseWriter
	status int
}

func (s *statusWriter) WriteHeader(code int) {
	s.status = code
	s.ResponseWriter.WriteHeader(code)
}

func withLog(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sw := &statusWriter{w, http.StatusOK}
		next.ServeHTTP(sw, r)
		log.Printf("%s %s %s %d", r.RemoteAddr, r.Method, r.URL.Path, sw.status)
	})
}

func main() {
	flag.Parse()
	mux := http.NewServeMux()
	mux.HandleFunc("/headers", func(w http.ResponseWriter, r *http.Request) {
		for key := range r.Header {
			w.Header().Set(key, r.Header.Get(key))
		}
		w.Header().Set("Version", *version)
	})
	mux.HandleFunc("/healthz", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, "OK")
	})
	log.Printf("listening on port %d", *port)
	log.Fatal(http.ListenAndServe(fmt.Sprintf(":%d", *port), withLog(mux)))
}
