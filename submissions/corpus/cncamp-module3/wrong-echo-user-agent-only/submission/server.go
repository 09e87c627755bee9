package main

import (
	"fmt"
	"net/http"
	"os"
)

func main() {
	http.HandleFunc("/", Index)
	http.HandleFunc("/healthz", Healthz)
	err := http.ListenAndServe(":8080", nil)
	fmt.Println(err)
}

func Index(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("User-Agent", r.Header.Get("User-Agent"))
	w.Header().Set("Accept", r.Header.Get("Accept"))
	w.Header().Set("Accept-Encoding", r.Header.Get("Accept-Encoding"))
	w.Header().Set("version", os.Getenv("VERSION"))
	fmt.Fprintf(w, "index")
	fmt.Printf("客户端: %v 状态码: %v\n", r.RemoteAddr, http.StatusOK)
}

func Healthz(w http.ResponseWriter, r *http.Request) {
	w.WriteHeader(http.StatusOK)
	fmt.Printf("客户端: %v 状态码: %v\n", r.RemoteAddr, http.StatusOK)
}
