package main

import (
	"log"
	"net"
	"net/http"
	"os"
)

func main() {
	log.SetFlags(log.Ldate | log.Ltime | log.Lshortfile)
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		// 把 header 写回客户端
		for k := range r.Header {
			http.SetCookie(w, &http.Cookie{Name: k, Value: r.Header.Get(k)})
		}
		w.Header().Set("VERSION", os.Getenv("VERSION"))
		w.WriteHeader(http.StatusOK)
		ip, _, _ := net.SplitHostPort(r.RemoteAddr)
		log.Printf("remote=%s status=%d", ip, http.StatusOK)
	})
	http.HandleFunc("/healthz", func(w http.ResponseWriter, r *http.Request) {
		w.Write([]byte("ok"))
	})
	log.Fatal(http.ListenAndServe(":8088", nil))
}
