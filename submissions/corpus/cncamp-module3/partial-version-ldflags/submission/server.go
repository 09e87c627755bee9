package main

import (
	"log"
	"net/http"
)

type server struct {
	version string
}

func (s *server) echo(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	for k, v := range r.Header {
		h[k] = append(h[k], v...)
	}
	h.Set("App-Version", s.version)
	w.WriteHeader(http.StatusAccepted)
	log.Println(r.RemoteAddr, http.StatusAccepted)
}

func (s *server) healthz(w http.ResponseWriter, r *http.Request) {
	w.WriteHeader(http.StatusOK)
	log.Println(r.RemoteAddr, http.StatusOK)
}
