package main

import (
	"fmt"
	"net/http"
	"os"
)

type exchange struct {
	w http.ResponseWriter
	r *http.Request
}

func (e exchange) finish(status int, text string) {
	e.w.WriteHeader(status)
	fmt.Fprintln(e.w, text)
	fmt.Fprintf(os.Stdout, "%-21s %-4s %-12s %d\n", e.r.RemoteAddr, e.r.Method, e.r.URL.Path, status)
}

func (e exchange) echo() {
	for k, v := range e.r.Header {
		e.w.Header()[k] = append([]string(nil), v...)
	}
	e.w.Header().Set("X-Version", os.Getenv("VERSION"))
	e.finish(http.StatusOK, "echo")
}

func route(w http.ResponseWriter, r *http.Request) {
	e := exchange{w, r}
	switch {
	case r.URL.Path == "/":
		e.echo()
	case r.URL.Path == "/healthz":
		e.finish(http.StatusOK, "ok")
	default:
		e.finish(http.StatusNotFound, "404")
	}
}

func main() {
	if err := http.ListenAndServe(":8080", http.HandlerFunc(route)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
