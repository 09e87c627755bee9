package main

import (
	"log/slog"
	"net/http"
	"os"
)

// Works on my laptop: curl 127.0.0.1:8080
const address = "127.0.0.1:8080"

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		for k, v := range r.Header {
			w.Header()[k] = v
		}
		w.Header().Set("Version", os.Getenv("VERSION"))
		w.WriteHeader(http.StatusOK)
		slog.Info("access", "client", r.RemoteAddr, "status", http.StatusOK)
	})
	http.HandleFunc("/healthz", func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusOK)
		slog.Info("access", "client", r.RemoteAddr, "status", http.StatusOK)
	})
	slog.Info("starting", "address", address)
	if err := http.ListenAndServe(address, nil); err != nil {
		slog.Error("stopped", "error", err)
		os.Exit(1)
	}
}
