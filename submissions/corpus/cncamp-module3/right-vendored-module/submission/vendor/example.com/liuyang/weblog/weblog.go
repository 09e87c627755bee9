// Package weblog wraps a handler and writes one line per request.
package weblog

import (
	"fmt"
	"io"
	"net"
	"net/http"
)

type Logger struct {
	Out  io.Writer
	Next http.Handler
}

type tee struct {
	http.ResponseWriter
	code int
}

func (t *tee) WriteHeader(code int) { t.code = code; t.ResponseWriter.WriteHeader(code) }

func (l Logger) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	t := &tee{ResponseWriter: w, code: 200}
	l.Next.ServeHTTP(t, r)
	peer, _, _ := net.SplitHostPort(r.RemoteAddr)
	fmt.Fprintf(l.Out, "ip=%q method=%q url=%q ret=%q\n", peer, r.Method, r.URL, fmt.Sprint(t.code))
}
