package main

import (
	"flag"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"time"
)

var (
	port    = flag.Int("port", 8888, "http port")
	version string
)

func init() {
	version = os.Getenv("VERSION")
	if len(version) == 0 {
		version = "none"
	}
}

func accessLog(r *http.Request, code int) {
	now := time.Now().Format("2006-01-02 15:04:05")
	os.Stdout.WriteString(now + " " + r.RemoteAddr + " " + r.Method + " " + r.RequestURI + " " + strconv.Itoa(code) + "\n")
}

func root(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/" {
		w.WriteHeader(http.StatusNotFound)
		accessLog(r, http.StatusNotFound)
		return
	}
	h := w.Header()
	for k, v := range r.Header {
		h.Set(k, v[0])
	}
	h.Set("Version", version)
	w.WriteHeader(http.StatusOK)
	accessLog(r, http.StatusOK)
}

func main() {
	flag.Parse()
	http.HandleFunc("/", root)
	http.HandleFunc("/healthz", func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusOK)
		accessLog(r, http.StatusOK)
	})
	fmt.Println(http.ListenAndServe(fmt.Sprintf(":%d", *port), nil))
}
