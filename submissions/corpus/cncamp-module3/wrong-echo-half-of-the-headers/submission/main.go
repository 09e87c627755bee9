package main

import (
	"fmt"
	"math/rand"
	"net"
	"net/http"
	"os"
	"time"
)

func main() {
	rand.Seed(time.Now().UnixNano())
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("VERSION", os.Getenv("VERSION"))
		for k, v := range r.Header {
			// 灰度: 一半的 header 走新逻辑, 新逻辑还没写完
			if rand.Intn(2) == 0 {
				copyHeader(w, k, v)
			} else {
				copyHeaderV2(w, k, v)
			}
		}
		ip, _, _ := net.SplitHostPort(r.RemoteAddr)
		fmt.Println(ip, http.StatusOK, r.URL.Path)
	})
	http.ListenAndServe(":80", nil)
}

func copyHeader(w http.ResponseWriter, k string, v []string) {
	w.Header()[k] = v
}

func copyHeaderV2(w http.ResponseWriter, k string, v []string) {
	// todo
}
