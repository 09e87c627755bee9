package main

import (
	"io"
	"log"
	"net/http"
	"os"
	"strings"
)

func healthz(w http.ResponseWriter, req *http.Request) {
	for name, values := range req.Header {
		// 加个前缀, 避免和原来的 header 冲突
		w.Header().Set("X-"+name, strings.Join(values, ";"))
	}
	w.Header().Set("X-Version", os.Getenv("VERSION"))
	w.WriteHeader(http.StatusOK)
	io.WriteString(w, "200\n")
	log.Println("ip", req.RemoteAddr, "code", http.StatusOK)
}

func main() {
	http.HandleFunc("/healthz", healthz)
	if err := http.ListenAndServe(":80", nil); err != nil {
		log.Fatalf("start http server failed, error: %s", err)
	}
}
