package main

import (
	"io"
	"log"
	"net"
	"net/http"
	"os"
)

func init() {
	log.SetPrefix("[httpserver] ")
	log.SetFlags(log.LstdFlags | log.Lshortfile)
}

func main() {
	log.Println("Starting http server on :8000")
	http.HandleFunc("/", rootHandler)
	http.HandleFunc("/healthz", healthz)
	err := http.ListenAndServe(":8000", nil)
	if err != nil {
		log.Fatal(err)
	}
}

func rootHandler(w http.ResponseWriter, r *http.Request) {
	status := http.StatusOK
	defer func() { logRequest(r, status) }()
	for k, vv := range r.Header {
		for _, v := range vv {
			w.Header().Add(k, v)
		}
	}
	w.Header().Set("VERSION", os.Getenv("VERSION"))
	if r.URL.Path != "/" {
		status = http.StatusNotFound
	}
	w.WriteHeader(status)
}

func healthz(w http.ResponseWriter, r *http.Request) {
	io.WriteString(w, "ok\n")
}

func logRequest(r *http.Request, status int) {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		log.Printf("bad remote addr %q: %v", r.RemoteAddr, err)
	}
	log.Printf("client ip = %s, status code = %d", host, status)
}
