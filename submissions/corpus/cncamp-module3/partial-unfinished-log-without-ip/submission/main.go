package main

import (
	"log"
	"net/http"
	"os"
	"time"
)

func main() {
	log.SetFlags(0)
	http.HandleFunc("/", timed(func(w http.ResponseWriter, r *http.Request) int {
		if r.URL.Path != "/" {
			w.WriteHeader(http.StatusNotFound)
			return http.StatusNotFound
		}
		for k, v := range r.Header {
			w.Header()[k] = v
		}
		w.Header().Set("Version", os.Getenv("VERSION"))
		w.WriteHeader(http.StatusOK)
		return http.StatusOK
	}))
	http.HandleFunc("/healthz", timed(func(w http.ResponseWriter, r *http.Request) int {
		w.WriteHeader(http.StatusOK)
		return http.StatusOK
	}))
	log.Fatal(http.ListenAndServe(":8080", nil))
}

// TODO: 客户端 IP
func timed(f func(http.ResponseWriter, *http.Request) int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		begin := time.Now()
		code := f(w, r)
		log.Printf("method=%s path=%s code=%d time=%s", r.Method, r.URL.Path, code, time.Since(begin))
	}
}
