package main

import (
	"fmt"
	"net/http"
	"os"
	"time"
)

var started = time.Now()

func main() {
	warmUp()
	http.HandleFunc("/", serve)
	fmt.Println("ready after", time.Since(started).Round(time.Millisecond))
	if err := http.ListenAndServe(":7070", nil); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}

// fills the cache before the first request
func warmUp() {
	time.Sleep(1500 * time.Millisecond)
}

func serve(w http.ResponseWriter, r *http.Request) {
	var code int
	switch r.URL.Path {
	case "/healthz":
		code = 200
	case "/":
		code = 200
		copyHeaders(w.Header(), r.Header)
		w.Header().Set("X-Release", os.Getenv("VERSION"))
	default:
		code = 404
	}
	w.WriteHeader(code)
	fmt.Printf("[%s] %s %d\n", r.RemoteAddr, r.URL.Path, code)
}

func copyHeaders(to, from http.Header) {
	for name, list := range from {
		to[name] = append(to[name], list...)
	}
}
