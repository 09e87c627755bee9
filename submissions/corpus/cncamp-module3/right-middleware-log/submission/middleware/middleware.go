package middleware

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"time"
)

type Middleware func(http.Handler) http.Handler

// Chain(h, A, B) == A(B(h))
func Chain(h http.Handler, ms ...Middleware) http.Handler {
	for i := len(ms) - 1; i >= 0; i-- {
		h = ms[i](h)
	}
	return h
}

func EchoHeaders(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for k, vs := range r.Header {
			for _, v := range vs {
				w.Header().Add(k, v)
			}
		}
		next.ServeHTTP(w, r)
	})
}

func Version(env string) Middleware {
	return func(next http.Handler) http.Handler {
		value := os.Getenv(env)
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X-"+env, value)
			next.ServeHTTP(w, r)
		})
	}
}

func Recover(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if err := recover(); err != nil {
				http.Error(w, "internal error", http.StatusInternalServerError)
			}
		}()
		next.ServeHTTP(w, r)
	})
}

type response struct {
	http.ResponseWriter
	status int
}

func (r *response) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *response) Status() int {
	if r.status == 0 {
		return http.StatusOK
	}
	return r.status
}

// AccessLog writes tab separated lines: time, client, method, path, status
func AccessLog(out io.Writer) Middleware {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			res := &response{ResponseWriter: w}
			next.ServeHTTP(res, r)

			client, _, err := net.SplitHostPort(r.RemoteAddr)
			if err != nil {
				client = "-"
			}
			var line bytes.Buffer
			for _, field := range []string{time.Now().Format(time.RFC3339), client, r.Method, r.URL.Path} {
				line.WriteString(field)
				line.WriteByte('\t')
			}
			line.WriteString(strconv.Itoa(res.Status()))
			line.WriteByte('\n')
			out.Write(line.Bytes())
		})
	}
}
