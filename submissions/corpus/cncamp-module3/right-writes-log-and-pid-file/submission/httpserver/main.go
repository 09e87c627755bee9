package main

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"
)

var accesslog *log.Logger

func mustOpen(name string) *os.File {
	f, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0644)
	if err != nil {
		log.Fatalln("can not open", name, err)
	}
	return f
}

func initLog() {
	name := "logs/access-" + time.Now().Format("20060102") + ".log"
	// 同时写文件和标准输出
	accesslog = log.New(io.MultiWriter(mustOpen(name), os.Stdout), "", log.Ldate|log.Lmicroseconds)
}

func writePid() {
	f := mustOpen("httpserver.pid")
	defer f.Close()
	f.Truncate(0)
	f.WriteString(strconv.Itoa(os.Getpid()))
}

func main() {
	initLog()
	writePid()

	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		code := 404
		if r.URL.Path == "/" {
			code = 200
			for k, v := range r.Header {
				w.Header().Set(k, strings.Join(v, ", "))
			}
			w.Header().Set("App-Version", os.Getenv("VERSION"))
		}
		w.WriteHeader(code)
		fmt.Fprint(w, code)
		accesslog.Println(r.RemoteAddr, r.Method, r.RequestURI, code, r.UserAgent())
	})
	http.HandleFunc("/healthz", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, 200)
	})
	log.Fatalln(http.ListenAndServe(":"+os.Getenv("PORT"), nil))
}
