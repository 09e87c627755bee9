package main

import (
	"fmt"
	"log"
	"net/http"
	"os"
)

const version = "VERSION"

func main() {
	http.HandleFunc("/healthz", healthz)
	http.HandleFunc("/", index)
	log.Fatal(http.ListenAndServe(":80", nil))
}

func index(w http.ResponseWriter, r *http.Request) {
	for k, v := range r.Header {
		w.Header()[k] = v
	}
	// not canonical on purpose: VERSION, not Version
	w.Header()[version] = []string{os.Getenv(version)}
	w.Header()["Date"] = nil
	log.Println(r.RemoteAddr, http.StatusOK)
	fmt.Fprintf(w, "%s %s\n", r.Method, r.Proto)
}

func healthz(w http.ResponseWriter, r *http.Request) {
	log.Println(r.RemoteAddr, http.StatusOK)
}
