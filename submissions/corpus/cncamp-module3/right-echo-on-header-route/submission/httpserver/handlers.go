package main

import (
	"fmt"
	"net/http"
	"os"
	"strings"
)

// handler returns the status it has written, so that there is one place which logs
type handler func(w http.ResponseWriter, r *http.Request) int

func (h handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	status := h(w, r)
	addr := r.RemoteAddr
	if i := strings.LastIndex(addr, ":"); i > 0 {
		addr = addr[:i]
	}
	fmt.Printf("%s %s from %s => %d\n", r.Method, r.URL.Path, addr, status)
}

// 作业1: 把 request 的 header 写到 response
func headerHandler(w http.ResponseWriter, r *http.Request) int {
	for k := range r.Header {
		w.Header().Set(k, r.Header.Get(k))
	}
	w.WriteHeader(200)
	fmt.Fprintln(w, "see the headers")
	return 200
}

// 作业2: 读取环境变量 VERSION
func versionHandler(w http.ResponseWriter, r *http.Request) int {
	v, ok := os.LookupEnv("VERSION")
	if !ok {
		w.WriteHeader(500)
		fmt.Fprintln(w, "VERSION is not set")
		return 500
	}
	w.Header().Set("X-App-Version", v)
	w.WriteHeader(200)
	fmt.Fprintln(w, v)
	return 200
}

// 作业4
func healthzHandler(w http.ResponseWriter, r *http.Request) int {
	w.WriteHeader(200)
	w.Write([]byte("200\n"))
	return 200
}
