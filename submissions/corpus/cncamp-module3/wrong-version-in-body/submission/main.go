package main

import (
	"encoding/json"
	"log"
	"net"
	"net/http"
	"os"
)

type reply struct {
	Message string `json:"message"`
	Version string `json:"version"`
	Code    int    `json:"code"`
}

func main() {
	logger := log.New(os.Stdout, "httpserver ", log.LstdFlags)
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		for name, headers := range r.Header {
			for _, h := range headers {
				w.Header().Add(name, h)
			}
		}
		w.Header().Set("Content-Type", "application/json")
		// 读取环境变量 VERSION
		json.NewEncoder(w).Encode(reply{"success", os.Getenv("VERSION"), 200})
		ip, _, _ := net.SplitHostPort(r.RemoteAddr)
		logger.Printf("ip=%s code=%d", ip, 200)
	})
	http.HandleFunc("/healthz", func(w http.ResponseWriter, r *http.Request) {
		json.NewEncoder(w).Encode(reply{"healthy", os.Getenv("VERSION"), 200})
	})
	logger.Fatal(http.ListenAndServe(":9090", nil))
}
