package main

import (
	"fmt"
	"net/http"
	"os"
)

// 和 module2 一样, 只是监听地址从 localhost:8080 改成了 :8080, 否则 docker -p 访问不到
func main() {
	http.HandleFunc("/", index)
	http.HandleFunc("/healthz", healthz)
	if err := http.ListenAndServe(":8080", nil); err != nil {
		fmt.Println(err)
	}
}

func index(w http.ResponseWriter, r *http.Request) {
	for k, v := range r.Header {
		w.Header().Set(k, v[0])
	}
	w.Header().Set("VERSION", os.Getenv("VERSION"))
	w.WriteHeader(200)
	fmt.Println(r.RemoteAddr, 200)
}

func healthz(w http.ResponseWriter, r *http.Request) {
	w.WriteHeader(200)
	fmt.Println(r.RemoteAddr, 200)
}
