package main

import (
	"fmt"
	"net/http"
	"os"
	"strings"
)

func main() {
	http.HandleFunc("/", index)
	http.HandleFunc("/healthz", healthz)
	http.ListenAndServe(":8080", nil)
}

func index(w http.ResponseWriter, r *http.Request) {
	for k, v := range r.Header {
		w.Header().Set(k, strings.Join(v, ","))
	}
	w.Header().Set("VERSION", os.Getenv("VERSION"))
	printLog(r, 200)
}

func healthz(w http.ResponseWriter, r *http.Request) {
	fmt.Fprintln(w, 200)
	printLog(r, 200)
}

func printLog(r *http.Request, code int) {
	// 客户端 IP
	ip := strings.Split(r.Host, ":")[0]
	fmt.Printf("client ip: %s, http code: %d\n", ip, code)
}
