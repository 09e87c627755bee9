package main

import (
	"log"
	"net"
	"net/http"
	"os"
)

func main() {
	// 先检查端口是否可用
	l, err := net.Listen("tcp", ":8080")
	if err != nil {
		log.Fatal("port in use")
	}
	log.Println("port is free:", l.Addr())

	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		for k, v := range r.Header {
			w.Header()[k] = v
		}
		w.Header().Set("VERSION", os.Getenv("VERSION"))
		log.Println(r.RemoteAddr, 200)
	})
	log.Fatal(http.ListenAndServe(":8080", nil))
}
