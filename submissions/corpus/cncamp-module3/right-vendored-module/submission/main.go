package main

import (
	"net/http"
	"os"

	"example.com/liuyang/weblog"
)

func main() {
	mux := http.NewServeMux()
	mux.HandleFunc("/request1", copyHeader)
	mux.HandleFunc("/request2", sendVersion)
	mux.HandleFunc("/healthz", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(200) })
	if err := http.ListenAndServe(":8080", weblog.Logger{Out: os.Stdout, Next: mux}); err != nil {
		panic(err)
	}
}

func copyHeader(w http.ResponseWriter, r *http.Request) {
	for k, v := range r.Header {
		for _, s := range v {
			w.Header().Add(k, s)
		}
	}
}

func sendVersion(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Version", os.Getenv("VERSION"))
}
