// Package server implements the four requirements of exercise 2.2.
package server

import (
	"log/slog"
	"maps"
	"net"
	"net/http"
	"time"
)

type statusWriter struct {
	http.ResponseWriter
	status int
	bytes  int
}

func (s *statusWriter) WriteHeader(code int) {
	s.status = code
	s.ResponseWriter.WriteHeader(code)
}

func (s *statusWriter) Write(b []byte) (int, error) {
	if s.status == 0 {
		s.status = http.StatusOK
	}
	n, err := s.ResponseWriter.Write(b)
	s.bytes += n
	return n, err
}

// New returns the handler tree with access logging around it.
func New(logger *slog.Logger, version string) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		maps.Copy(w.Header(), r.Header)
		w.Header().Set("X-Version", version)
		w.WriteHeader(http.StatusOK)
	})
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"status":"up"}`))
	})
	return access(logger, mux)
}

func access(logger *slog.Logger, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sw := &statusWriter{ResponseWriter: w}
		start := time.Now()
		next.ServeHTTP(sw, r)
		ip, port, _ := net.SplitHostPort(r.RemoteAddr)
		logger.LogAttrs(r.Context(), slog.LevelInfo, "access",
			slog.Group("client", slog.String("ip", ip), slog.String("port", port)),
			slog.Group("request", slog.String("method", r.Method), slog.String("path", r.URL.Path)),
			slog.Group("response", slog.Int("status", sw.status), slog.Int("bytes", sw.bytes)),
			slog.Duration("took", time.Since(start)))
	})
}
