package main

import (
	"log"
	"net/http"
	"os"
)

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		for k := range r.Header {
			w.Header().Set(k, r.Header.Get(k))
		}
		w.Header().Set("Version", os.Getenv("VERSION"))
		w.WriteHeader(200)
		log.Println(r.RemoteAddr, 200)
	})
	log.Fatal(http.ListenAndServe(":80", nil))
}
