package main

import (
	"fmt"
	"log"
	"net/http"
	"os"
	"strings"
)

func hello(w http.ResponseWriter, r *http.Request) {
	var headers []string
	for k, v := range r.Header {
		headers = append(headers, k)
		w.Header().Set(k, strings.Join(v, " "))
	}
	w.Header().Set("Sys-Version", os.Getenv("VERSION"))
	w.WriteHeader(http.StatusAccepted)
	fmt.Fprintf(w, "got %d headers: %v\n", len(headers), headers)
	log.SetOutput(os.Stdout)
	log.Println("HTTP", http.StatusAccepted, "for", r.RemoteAddr)
}

func main() {
	http.HandleFunc("/hello", hello)
	http.HandleFunc("/healthz", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, http.StatusOK)
	})
	log.Fatal(http.ListenAndServe(":80", nil))
}
