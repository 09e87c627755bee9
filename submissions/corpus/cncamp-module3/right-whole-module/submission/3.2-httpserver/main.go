package main

import (
	"fmt"
	"net/http"
	"os"
	"strings"
)

type accessLog struct {
	ip   string
	code int
}

func main() {
	// 日志用一个单独的 goroutine 写
	logs := make(chan accessLog, 100)
	go func() {
		for l := range logs {
			fmt.Printf("访问者 %s 状态码 %d\n", l.ip, l.code)
		}
	}()

	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		for k, v := range r.Header {
			w.Header().Set(k, strings.Join(v, ";"))
		}
		w.Header().Set("VERSION", os.Getenv("VERSION"))
		code := 200
		if r.URL.Path != "/" {
			code = 404
		}
		w.WriteHeader(code)
		logs <- accessLog{r.RemoteAddr, code}
	})
	http.HandleFunc("/healthz", func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(200)
		logs <- accessLog{r.RemoteAddr, 200}
	})
	if err := http.ListenAndServe(":8080", nil); err != nil {
		fmt.Println("listen:", err)
	}
}
