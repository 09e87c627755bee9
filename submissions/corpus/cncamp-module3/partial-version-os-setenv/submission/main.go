package main

import (
	"log"
	"net"
	"net/http"
	"os"
)

func main() {
	// 设置环境变量
	os.Setenv("VERSION", "v0.0.1")
	log.SetOutput(os.Stdout)
	mux := http.NewServeMux()
	mux.HandleFunc("/", handler)
	mux.HandleFunc("/healthz", healthz)
	log.Fatal(http.ListenAndServe(":8080", mux))
}

func handler(w http.ResponseWriter, r *http.Request) {
	for k, vs := range r.Header {
		for _, v := range vs {
			w.Header().Add(k, v)
		}
	}
	version := os.Getenv("VERSION")
	w.Header().Set("VERSION", version)
	w.WriteHeader(http.StatusOK)
	log.Printf("Success! Response code: %d", http.StatusOK)
	log.Printf("Success! clientip: %s", clientIP(r))
}

func healthz(w http.ResponseWriter, r *http.Request) {
	w.WriteHeader(http.StatusOK)
	w.Write([]byte("200"))
}

func clientIP(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return ""
	}
	return host
}
