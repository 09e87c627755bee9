package main

import (
	"fmt"
	"net"
	"net/http"
	"os"
)

func main() {
	http.HandleFunc("/", root)
	http.HandleFunc("/healthz", healthz)
	http.ListenAndServe("0.0.0.0:8080", nil)
}

func root(w http.ResponseWriter, r *http.Request) {
	for k, v := range r.Header {
		for i := range v {
			w.Header().Add(k, v[i])
		}
	}
	w.Header().Set("X-Version", os.Getenv("VERSION"))
	finish(w, r, http.StatusOK)
}

func healthz(w http.ResponseWriter, r *http.Request) {
	finish(w, r, http.StatusOK)
}

func finish(w http.ResponseWriter, r *http.Request, code int) {
	w.WriteHeader(code)
	ip, _, _ := net.SplitHostPort(r.RemoteAddr)
	fmt.Printf("[access] 客户端IP=%s 返回码=%d 路径=%s\n", ip, code, r.URL.Path)
}
