package main

import (
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"os"
	"time"
)

// Server keeps what the handlers need.
type Server struct {
	version string
	log     *json.Encoder
}

func (s *Server) wrap(f func(http.ResponseWriter, *http.Request) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		code := http.StatusOK
		if err := f(w, r); err != nil {
			code = http.StatusInternalServerError
			var c codeError
			if errors.As(err, &c) {
				code = int(c)
			}
			http.Error(w, err.Error(), code)
		}
		ip, _, _ := net.SplitHostPort(r.RemoteAddr)
		_ = s.log.Encode(map[string]interface{}{
			"time": time.Now().UTC().Format(time.RFC3339Nano), "clientIP": ip, "statusCode": code, "uri": r.RequestURI,
		})
	}
}

type codeError int

func (c codeError) Error() string { return http.StatusText(int(c)) }

func (s *Server) echo(w http.ResponseWriter, r *http.Request) error {
	if r.URL.Path != "/" {
		return codeError(http.StatusNotFound)
	}
	for name := range r.Header {
		w.Header()[name] = r.Header[name]
	}
	w.Header().Set("X-Httpserver-Version", s.version)
	_, err := w.Write([]byte("welcome"))
	return err
}

func (s *Server) healthz(w http.ResponseWriter, _ *http.Request) error {
	_, err := w.Write([]byte("ok"))
	return err
}

func main() {
	s := &Server{version: os.Getenv("VERSION"), log: json.NewEncoder(os.Stdout)}
	mux := http.NewServeMux()
	mux.Handle("/", s.wrap(s.echo))
	mux.Handle("/healthz", s.wrap(s.healthz))
	server := http.Server{Addr: ":http", Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	if err := server.ListenAndServe(); err != nil {
		_ = s.log.Encode(map[string]string{"fatal": err.Error()})
		os.Exit(1)
	}
}
