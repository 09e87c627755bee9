package main

import (
	"log"
	"net/http"
)

// Version is set at link time, see Makefile.
var Version = "dev"

func main() {
	s := &server{version: Version}
	http.HandleFunc("/", s.echo)
	http.HandleFunc("/healthz", s.healthz)
	log.Fatal(http.ListenAndServe(":8080", nil))
}
