package main

import (
	"fmt"
	"net/http"
)

// TODO 1. request header 写入 response header
// TODO 2. VERSION
// TODO 3. 日志

func main() {
	http.HandleFunc("/healthz", func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusOK)
		fmt.Fprintln(w, "working")
	})
	if err := http.ListenAndServe(":8080", nil); err != nil {
		panic(err)
	}
}
