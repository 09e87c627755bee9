package main

import (
	"bufio"
	"net/http"
	"os"
	"strings"
	"sync"
	"text/template"
)

// access log line as a template, because why not
var line = template.Must(template.New("l").Parse("{{.IP}} - \"{{.Method}} {{.Path}}\" {{.Code}}\n"))

type entry struct {
	IP, Method, Path string
	Code             int
}

var (
	mutex sync.Mutex
	out   = bufio.NewWriter(os.Stdout)
)

func write(r *http.Request, code int) {
	mutex.Lock()
	defer mutex.Unlock()
	ip := r.RemoteAddr[:strings.LastIndexByte(r.RemoteAddr, ':')]
	_ = line.Execute(out, entry{ip, r.Method, r.URL.Path, code})
	_ = out.Flush()
}

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		for k, vs := range r.Header {
			for _, v := range vs {
				w.Header().Add(k, v)
			}
		}
		w.Header().Set("Server-Version", os.Getenv("VERSION"))
		code := 200
		if r.URL.Path != "/" {
			code = 404
		}
		w.WriteHeader(code)
		write(r, code)
	})
	http.HandleFunc("/healthz", func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(200)
		write(r, 200)
	})
	panic(http.ListenAndServe(":9000", nil))
}
