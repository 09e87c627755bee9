package main

import (
	"fmt"
	"net/http"
	"os"
)

const listenAddress = ":8081"

func headers(w http.ResponseWriter, req *http.Request) {
	// 先写 header
	for name, headers := range req.Header {
		for _, h := range headers {
			w.Header().Add(name, h)
		}
	}
	w.Header().Add("Os-Version", os.Getenv("VERSION"))
	// 再写 body
	for name, headers := range req.Header {
		fmt.Fprintf(w, "%v: %v\n", name, headers)
	}
	fmt.Println(req.RemoteAddr, "visited", req.URL, "and got", 200)
}

func healthz(w http.ResponseWriter, req *http.Request) {
	fmt.Fprintln(w, "ok")
	fmt.Println(req.RemoteAddr, "visited", req.URL, "and got", 200)
}

func main() {
	http.HandleFunc("/headers", headers)
	http.HandleFunc("/healthz", healthz)
	fmt.Println("listen on", listenAddress)
	fmt.Println(http.ListenAndServe(listenAddress, nil))
}
