package main

import (
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
)

func index(w http.ResponseWriter, r *http.Request) {
	if v := os.Getenv("VERSION"); v != "" {
		w.Header().Set("VERSION", v)
	}
	// 将 request 中的 header 写入 response
	for name, values := range r.Header {
		for _, value := range values {
			fmt.Fprintf(w, "%s: %s\n", name, value)
		}
	}
	record(r, http.StatusOK)
}

func healthz(w http.ResponseWriter, r *http.Request) {
	w.WriteHeader(http.StatusOK)
	fmt.Fprintln(w, "ok")
	record(r, http.StatusOK)
}

// 记录访问日志: 客户端IP, HTTP返回码
func record(r *http.Request, code int) {
	ip, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		ip = r.RemoteAddr
	}
	fmt.Printf("client ip: %s, status code: %d\n", ip, code)
}

func main() {
	http.HandleFunc("/", index)
	http.HandleFunc("/healthz", healthz)
	if err := http.ListenAndServe(":8080", nil); err != nil {
		log.Fatal(err)
	}
}
