package main

import (
	"fmt"
	"net"
	"net/http"
	"os"
)

// one handler does it all: every path is healthy
func main() {
	http.ListenAndServe(":8080", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ip, _, _ := net.SplitHostPort(r.RemoteAddr)
		for k, v := range r.Header {
			w.Header().Set(k, v[0])
		}
		w.Header().Set("VERSION", os.Getenv("VERSION"))
		w.WriteHeader(200)
		fmt.Println("ip:", ip, "status: 200")
	}))
}
