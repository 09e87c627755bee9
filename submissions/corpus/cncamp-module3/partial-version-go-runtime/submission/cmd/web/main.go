package main

import (
	"log/slog"
	"net"
	"net/http"
	"os"
	"runtime"
)

type recorder struct {
	http.ResponseWriter
	code int
}

func (r *recorder) WriteHeader(code int) {
	r.code = code
	r.ResponseWriter.WriteHeader(code)
}

func main() {
	logger := slog.New(slog.NewJSONHandler(os.Stdout, nil))

	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		for name, values := range r.Header {
			w.Header()[name] = values
		}
		// system VERSION
		w.Header().Set("Version", runtime.Version())
		w.Write([]byte("welcome"))
	})
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		w.Write([]byte("alive"))
	})

	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rec := &recorder{w, http.StatusOK}
		mux.ServeHTTP(rec, r)
		ip, _, _ := net.SplitHostPort(r.RemoteAddr)
		logger.Info("request", "client_ip", ip, "path", r.URL.Path, "status", rec.code)
	})
	if err := http.ListenAndServe(":8080", handler); err != nil {
		logger.Error("stopped", "error", err)
		os.Exit(1)
	}
}
