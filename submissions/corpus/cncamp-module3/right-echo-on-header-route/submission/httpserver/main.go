package main

import (
	"log"
	"net/http"
)

func main() {
	http.Handle("/header", handler(headerHandler))
	http.Handle("/version", handler(versionHandler))
	http.Handle("/healthz", handler(healthzHandler))

	log.Println("server is listening on 8080...")
	log.Fatal(http.ListenAndServe("0.0.0.0:8080", nil))
}
