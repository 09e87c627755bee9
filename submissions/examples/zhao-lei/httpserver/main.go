package main

import (
	"fmt"
	"net/http"
	"os"
)

func handler(w http.ResponseWriter, r *http.Request) {
	for k, v := range r.Header {
		w.Header().Set(k, v)
	}
	w.Header().Set("VERSION", os.Getenv("VERSION"))
	fmt.Println(r.RemoteAddr, 200)
}

func main() {
	http.HandleFunc("/", handler)
	http.HandleFunc("/healthz", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, 200)
	})
	http.ListenAndServe(":8080", nil)
}
