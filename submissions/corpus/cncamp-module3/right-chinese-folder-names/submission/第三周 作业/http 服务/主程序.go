package main

import (
	"fmt"
	"net/http"
	"os"
)

func 记录(r *http.Request, 状态 int) {
	fmt.Println("来自", r.RemoteAddr, "的请求", r.URL.Path, "返回", 状态)
}

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		for 名, 值 := range r.Header {
			w.Header().Set(名, 值[0])
		}
		w.Header().Set("Version", os.Getenv("VERSION"))
		w.WriteHeader(http.StatusOK)
		记录(r, http.StatusOK)
	})
	http.HandleFunc("/healthz", func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusOK)
		记录(r, http.StatusOK)
	})
	fmt.Println(http.ListenAndServe(":8080", nil))
}
