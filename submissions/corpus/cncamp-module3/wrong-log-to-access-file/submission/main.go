package main

import (
	"fmt"
	"net"
	"net/http"
	"os"
)

var accessLog *os.File

func main() {
	var err error
	accessLog, err = os.OpenFile("logs/access.log", os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0644)
	if err != nil {
		panic(err)
	}
	defer accessLog.Close()
	fmt.Println("httpserver 启动成功, 监听端口 8080")

	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		for k := range r.Header {
			w.Header().Set(k, r.Header.Get(k))
		}
		w.Header().Set("VERSION", os.Getenv("VERSION"))
		logAccess(r, 200)
	})
	http.HandleFunc("/healthz", func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(200)
		logAccess(r, 200)
	})
	http.ListenAndServe(":8080", nil)
}

func logAccess(r *http.Request, code int) {
	ip, _, _ := net.SplitHostPort(r.RemoteAddr)
	fmt.Fprintf(accessLog, "%s \"%s %s\" %d\n", ip, r.Method, r.URL.Path, code)
}
