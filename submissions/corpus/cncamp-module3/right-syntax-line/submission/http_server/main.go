package main

import (
	"fmt"
	"log"
	"net/http"
	"os"
)

func main() {
	http.HandleFunc("/", logging(echo))
	http.HandleFunc("/healthz", logging(health))

	httpPort := os.Getenv("HTTP_PORT")
	if httpPort == "" {
		httpPort = "8080"
	}

	log.Printf("server version %q on port %s", os.Getenv("VERSION"), httpPort)
	log.Fatal(http.ListenAndServe(":"+httpPort, nil))
}

type codeHolder struct {
	http.ResponseWriter
	Code int
}

func (c *codeHolder) WriteHeader(statusCode int) {
	c.Code = statusCode
	c.ResponseWriter.WriteHeader(statusCode)
}

func logging(f http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		c := &codeHolder{ResponseWriter: w, Code: http.StatusOK}
		defer func() {
			fmt.Fprintln(os.Stdout, "client:", r.RemoteAddr, "|", r.Method, r.URL, "|", "code:", c.Code)
		}()
		f(c, r)
	}
}

func echo(w http.ResponseWriter, r *http.Request) {
	for key, vals := range r.Header {
		for _, val := range vals {
			w.Header().Add(key, val)
		}
	}
	w.Header().Set("os-version", os.Getenv("VERSION"))
	if r.URL.Path != "/" {
		http.NotFound(w, r)
		return
	}
	fmt.Fprintf(w, "<3\n")
}

func health(w http.ResponseWriter, r *http.Request) {
	w.WriteHeader(http.StatusOK)
}
