package main

import (
	"net/http"
	"os"

	. "app/middleware"
)

func main() {
	hello := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/" {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		w.Write([]byte("Hello, 云原生!"))
	})
	health := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusOK) })

	http.Handle("/", Chain(hello, Recover, AccessLog(os.Stdout), EchoHeaders, Version("VERSION")))
	http.Handle("/healthz", Chain(health, Recover, AccessLog(os.Stdout)))
	if err := http.ListenAndServe(":8080", nil); err != nil {
		os.Stderr.WriteString(err.Error())
		os.Exit(1)
	}
}
