package main

import (
	"fmt"
	"net/http"
	"os"
	"strings"
)

// routes are assembled from their parts
func route(parts ...string) string { return "/" + strings.Join(parts, "/") }

const api = "v1"

func main() {
	mux := http.NewServeMux()
	mux.HandleFunc(route(api, "debug", "request"), debugRequest)
	mux.HandleFunc(route("healthz"), func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, "alive")
	})
	fmt.Println(http.ListenAndServe(":5001", mux))
}

func debugRequest(w http.ResponseWriter, r *http.Request) {
	for k, v := range r.Header {
		w.Header()[k] = v
	}
	w.Header().Set("Version", os.Getenv("VERSION"))
	w.WriteHeader(http.StatusOK)
	r.Header.Write(w)
	fmt.Printf("caller %s got %d\n", r.RemoteAddr, http.StatusOK)
}
