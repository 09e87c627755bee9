package main

import (
	"fmt"
	"net/http"
)

var queue = make(chan *http.Request)

func main() {
	fmt.Println("listening on :8080")
	http.ListenAndServe(":8080", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// a worker will take it from here (worker not written yet)
		queue <- r
		w.WriteHeader(http.StatusOK)
	}))
}
