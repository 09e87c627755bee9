package main

import (
	"fmt"
	"net/http"
	"strings"
)

const banner = "my-http-server/1.0.0"

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		for k, v := range r.Header {
			w.Header().Set(k, strings.Join(v, ","))
		}
		w.Header().Set("Server", banner)
		code := http.StatusOK
		if r.URL.Path != "/" && r.URL.Path != "/healthz" {
			code = http.StatusNotFound
		}
		w.WriteHeader(code)
		fmt.Printf("%s -> %s %d\n", r.RemoteAddr, r.URL.Path, code)
	})
	if err := http.ListenAndServe(":8080", nil); err != nil {
		panic(err)
	}
}
