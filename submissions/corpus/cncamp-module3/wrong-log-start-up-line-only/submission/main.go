package main

import (
	"fmt"
	"net/http"
	"os"
)

func main() {
	addr := "0.0.0.0:8080"
	fmt.Printf("http server listen on %s, client ip 0.0.0.0, status 200 OK\n", addr)
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		for k, vs := range r.Header {
			for _, v := range vs {
				header.Add(k, v)
			}
		}
		header.Add("VERSION", os.Getenv("VERSION"))
		w.Write([]byte("hello"))
	})
	http.HandleFunc("/healthz", func(w http.ResponseWriter, r *http.Request) {
		w.Write([]byte("working"))
	})
	if err := http.ListenAndServe(addr, nil); err != nil {
		fmt.Println(err)
	}
}
