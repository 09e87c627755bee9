package main

import (
	"log"
	"net/http"
	"os"
)

func main() {
	http.HandleFunc("/", index)
	http.HandleFunc("/healthz", index)
	log.Fatal(http.ListenAndServe(":8080", nil))
}

func index(w http.ResponseWriter, r *http.Request) {
	// 取一个 header 写入 response header
	for k, v := range r.Header {
		if len(v) > 0 {
			w.Header().Set(k, v[0])
			break
		}
	}
	w.Header().Set("VERSION", os.Getenv("VERSION"))
	w.WriteHeader(200)
	log.Printf("client %s status %d", r.RemoteAddr, 200)
}
