package main

import (
	"fmt"
	"net/http"
	"os"
)

func main() {
	mux := http.NewServeMux()
	mux.HandleFunc("/header/", header)
	mux.HandleFunc("/healthz/", healthz)
	if err := http.ListenAndServe(":8090", mux); err != nil {
		fmt.Println("启动失败:", err)
	}
}

func header(w http.ResponseWriter, r *http.Request) {
	for k, v := range r.Header {
		w.Header()[k] = v
	}
	w.Header().Set("VERSION", os.Getenv("VERSION"))
	w.WriteHeader(200)
	fmt.Printf("来自 %s 的请求, 返回 %d\n", r.RemoteAddr, 200)
}

func healthz(w http.ResponseWriter, r *http.Request) {
	w.WriteHeader(200)
	fmt.Printf("来自 %s 的请求, 返回 %d\n", r.RemoteAddr, 200)
}
