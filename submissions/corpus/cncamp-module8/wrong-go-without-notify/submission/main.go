package main

import (
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"strconv"
	"sync/atomic"
	"time"
)

func main() {
	var level slog.Level
	level.UnmarshalText([]byte(os.Getenv("LOG_LEVEL")))
	log := slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: level}))

	var ready atomic.Bool
	warmUp, _ := strconv.Atoi(os.Getenv("WARMUP_SECONDS"))
	time.AfterFunc(time.Duration(warmUp)*time.Second, func() { ready.Store(true) })

	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, os.Getenv("GREETING"))
	})
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, r *http.Request) {})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		if !ready.Load() {
			http.Error(w, "warming up", http.StatusServiceUnavailable)
		}
	})
	mux.HandleFunc("GET /work", func(w http.ResponseWriter, r *http.Request) {
		seconds, _ := strconv.Atoi(r.URL.Query().Get("seconds"))
		time.Sleep(time.Duration(seconds) * time.Second)
		fmt.Fprintln(w, "done", r.URL.Query().Get("id"))
	})

	port := os.Getenv("PORT")
	if port == "" {
		port = "8000"
	}
	srv := &http.Server{Addr: ":" + port, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		log.Debug("request", "path", r.URL.Path, "client", r.RemoteAddr)
		mux.ServeHTTP(w, r)
	})}
	log.Error("ended", "error", srv.ListenAndServe())
}
