package main

import (
	"fmt"
	"net/http"
	"os"
	"strings"
)

func main() {
	os.Setenv("VERSION", "v1.0.0")
	http.HandleFunc("/", index)
	http.HandleFunc("/healthz", healthz)
	http.ListenAndServe(":8080", nil)
}

func index(w http.ResponseWriter, r *http.Request) {
	for k, v := range r.Header {
		w.Header().Set("Request-"+k, strings.Join(v, ","))
	}
	w.Header().Set("Version", os.Getenv("VERSION"))
	w.WriteHeader(200)
	accessLog(r, 200)
}

func healthz(w http.ResponseWriter, r *http.Request) {
	w.WriteHeader(200)
	accessLog(r, 200)
}

func accessLog(r *http.Request, code int) {
	ip := r.RemoteAddr[0:strings.LastIndex(r.RemoteAddr, ":")]
	fmt.Printf("IP: %s, code: %d\n", ip, code)
}
