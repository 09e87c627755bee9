package main

import (
	"fmt"
	"net"
	"net/http"
	"os"
)

func main() {
	version := os.Getenv("VERSION")

	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/" {
			respond(w, r, http.StatusNotFound, "not found\n")
			return
		}
		for name, values := range r.Header {
			for _, value := range values {
				w.Header().Add(name, value)
			}
		}
		w.Header().Set("Version", version)
		respond(w, r, http.StatusOK, "hello\n")
	})
	mux.HandleFunc("/healthz", func(w http.ResponseWriter, r *http.Request) {
		respond(w, r, http.StatusOK, "ok\n")
	})

	fmt.Println("listening on :8080")
	if err := http.ListenAndServe(":8080", mux); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// respond 写返回码、body 和访问日志
func respond(w http.ResponseWriter, r *http.Request, status int, body string) {
	w.WriteHeader(status)
	fmt.Fprint(w, body)
	ip, _, _ := net.SplitHostPort(r.RemoteAddr)
	fmt.Printf("%s %s %s %d\n", ip, r.Method, r.URL.Path, status)
}
