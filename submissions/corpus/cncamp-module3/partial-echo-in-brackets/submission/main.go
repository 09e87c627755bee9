package main

import (
	"fmt"
	"net/http"
	"os"
	"strings"
)

func handle(w http.ResponseWriter, r *http.Request) {
	for k, v := range r.Header {
		w.Header().Set(k, fmt.Sprint(v))
	}
	w.Header().Set("Version", os.Getenv("VERSION"))
	statusCode := http.StatusOK
	w.WriteHeader(statusCode)
	fmt.Println("访问日志", strings.Split(r.RemoteAddr, ":")[0], statusCode)
}

func main() {
	http.HandleFunc("/", handle)
	http.HandleFunc("/healthz", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "%d", 200)
	})
	http.ListenAndServe(":8080", nil)
}
