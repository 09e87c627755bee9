package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
)

func main() {
	http.HandleFunc("/", hello)
	http.HandleFunc("/healthz", health)
	fmt.Println("server start, port 80")
	err := http.ListenAndServe(":80", nil)
	if err != nil {
		fmt.Println("listen failed:", err)
		os.Exit(1)
	}
}

func hello(w http.ResponseWriter, r *http.Request) {
	code := 200
	w.Header().Set("Version", os.Getenv("VERSION"))
	w.WriteHeader(code)
	// 1. request header -> response header
	for k := range r.Header {
		w.Header().Set(k, r.Header.Get(k))
	}
	fmt.Println("response header:", w.Header())
	io.WriteString(w, "hello cncamp\n")
	accessLog(r, code)
}

func health(w http.ResponseWriter, r *http.Request) {
	w.WriteHeader(200)
	accessLog(r, 200)
}

func accessLog(r *http.Request, code int) {
	addr := r.RemoteAddr
	ip := addr[:strings.LastIndex(addr, ":")]
	fmt.Println("ip:", ip, "code:", code)
}
