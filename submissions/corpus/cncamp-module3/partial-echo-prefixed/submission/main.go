package main

import (
	"fmt"
	"log"
	"net/http"
	"os"
)

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		for k, v := range r.Header {
			w.Header().Set("X-Echo-"+k, v[0])
		}
		w.Header().Set("X-Server-Version", os.Getenv("VERSION"))
		fmt.Fprintln(w, "hi")
		log.Printf("%s %s %d", r.RemoteAddr, r.RequestURI, 200)
	})
	http.HandleFunc("/healthz", func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(200)
		log.Printf("%s %s %d", r.RemoteAddr, r.RequestURI, 200)
	})
	log.Fatal(http.ListenAndServe(":8080", nil))
}
