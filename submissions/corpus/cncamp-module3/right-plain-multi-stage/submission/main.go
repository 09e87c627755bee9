package main

import (
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"strings"
)

func main() {
	mux := http.NewServeMux()
	mux.HandleFunc("/", index)
	mux.HandleFunc("/healthz", healthz)
	fmt.Println("httpserver start, listen :8080")
	if err := http.ListenAndServe(":8080", mux); err != nil {
		log.Fatalf("start http server failed, error: %s\n", err.Error())
	}
}

func index(w http.ResponseWriter, r *http.Request) {
	// 1. request header -> response header
	for name, values := range r.Header {
		for _, value := range values {
			w.Header().Add(name, value)
		}
	}
	// 2. VERSION
	w.Header().Set("VERSION", os.Getenv("VERSION"))

	code := http.StatusOK
	w.WriteHeader(code)
	io.WriteString(w, "hello, cloud native\n")

	// 3. access log
	fmt.Printf("client ip: %s, http code: %d\n", clientIP(r), code)
}

// 4. healthz
func healthz(w http.ResponseWriter, r *http.Request) {
	w.WriteHeader(http.StatusOK)
	io.WriteString(w, "ok")
	fmt.Printf("client ip: %s, http code: %d\n", clientIP(r), http.StatusOK)
}

func clientIP(r *http.Request) string {
	if ip := strings.TrimSpace(r.Header.Get("X-Real-IP")); ip != "" {
		return ip
	}
	ip, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return ip
}
