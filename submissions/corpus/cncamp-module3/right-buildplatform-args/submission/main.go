package main

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"runtime"
)

func reply(w http.ResponseWriter, r *http.Request, code int, body string) {
	w.WriteHeader(code)
	fmt.Fprintln(w, body)
	host, _, _ := net.SplitHostPort(r.RemoteAddr)
	fmt.Println("access:", "client_ip="+host, "code="+fmt.Sprint(code), "path="+r.URL.Path)
}

func main() {
	fmt.Println("running on", runtime.GOOS, runtime.GOARCH)

	http.HandleFunc("/healthz", func(w http.ResponseWriter, r *http.Request) {
		reply(w, r, 200, "I am fine")
	})
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		for k, v := range r.Header {
			w.Header().Set(k, v[len(v)-1])
		}
		w.Header().Set("VERSION", os.Getenv("VERSION"))
		if r.URL.Path == "/" {
			reply(w, r, 200, "arch: "+runtime.GOARCH)
		} else {
			reply(w, r, 404, "not found")
		}
	})
	if err := http.ListenAndServe(":8080", nil); err != nil {
		fmt.Println("error:", err)
		os.Exit(1)
	}
}
