package main

import (
	"crypto/tls"
	"log"
	"net/http"
	"os"
)

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		for k, v := range r.Header {
			w.Header()[k] = v
		}
		w.Header().Set("VERSION", os.Getenv("VERSION"))
		log.Println(r.RemoteAddr, 200)
	})
	server := &http.Server{
		Addr:      ":8443",
		TLSConfig: &tls.Config{Certificates: []tls.Certificate{selfSigned()}},
	}
	log.Fatal(server.ListenAndServeTLS("", ""))
}
