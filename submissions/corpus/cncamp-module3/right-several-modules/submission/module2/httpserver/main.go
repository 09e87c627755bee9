package main

import (
	"fmt"
	"net/http"
	"os"
)

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		for k, v := range r.Header {
			w.Header().Set(k, v[0])
		}
		w.Header().Set("VERSION", os.Getenv("VERSION"))
		w.WriteHeader(200)
		fmt.Println(r.RemoteAddr, 200)
	})
	http.HandleFunc("/healthz", func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(200)
		fmt.Println(r.RemoteAddr, 200)
	})
	http.ListenAndServe("localhost:8080", nil)
}
