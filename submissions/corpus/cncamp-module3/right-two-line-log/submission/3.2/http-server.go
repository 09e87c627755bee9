package main

import (
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
)

func main() {
	http.HandleFunc("/", Handle)
	http.HandleFunc("/healthz", Healthz)
	err := http.ListenAndServe(":8080", nil)
	if err != nil {
		log.Fatalf("ListenAndServe: %v", err)
	}
}

func Handle(w http.ResponseWriter, r *http.Request) {
	osVersion := os.Getenv("VERSION")
	w.Header().Set("VERSION", osVersion)
	fmt.Printf("VERSION of this server: %s \n", osVersion)

	for k, v := range r.Header {
		for _, vv := range v {
			fmt.Printf("request header %s => %s \n", k, vv)
			w.Header().Set(k, vv)
		}
	}

	code := 200
	if r.URL.Path != "/" {
		code = 404
	}
	w.WriteHeader(code)
	log.Printf("Done! Response code: %v", code)
	log.Printf("Done! clientip: %s", getIP(r))
}

func Healthz(w http.ResponseWriter, r *http.Request) {
	w.WriteHeader(200)
	fmt.Fprintf(w, "200")
}

func getIP(r *http.Request) string {
	for _, h := range []string{"X-Real-Ip", "X-Forwarded-For"} {
		if v := r.Header.Get(h); v != "" {
			return v
		}
	}
	ip, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return ""
	}
	return ip
}
