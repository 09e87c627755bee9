package main

import (
	"fmt"
	"net"
	"net/http"
	"os"
)

func main() {
	http.HandleFunc("/", index)
	http.HandleFunc("/healthz", healthz)
	http.ListenAndServe(":8080", nil)
}

func index(w http.ResponseWriter, r *http.Request) {
	for k, v := range r.Header {
		w.Header()[k] = v
	}
	w.Header().Set("VERSION", os.Getenv("VERSION"))
	accesslog(r, 200)
}

// healthy only when the database file is there
func healthz(w http.ResponseWriter, r *http.Request) {
	code := http.StatusOK
	if _, err := os.Stat("/data/app.db"); err != nil {
		code = http.StatusServiceUnavailable
	}
	w.WriteHeader(code)
	accesslog(r, code)
}

func accesslog(r *http.Request, code int) {
	host, _, _ := net.SplitHostPort(r.RemoteAddr)
	fmt.Println("ip="+host, "code=", code)
}
