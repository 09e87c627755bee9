package main

import (
	"flag"
	"fmt"
	"net/http"
	"os"
)

// 只有 healthz 一个接口, 四个要求都在里面实现
func healthz(w http.ResponseWriter, r *http.Request) {
	for k, v := range r.Header {
		for _, item := range v {
			w.Header().Add(k, item)
		}
	}
	w.Header().Add("Env-Version", os.Getenv("VERSION"))
	w.WriteHeader(http.StatusOK)
	fmt.Fprint(w, "ok")
	fmt.Fprintf(os.Stdout, "[access] remote=%s code=%d path=%s\n", r.RemoteAddr, http.StatusOK, r.URL.Path)
}

func main() {
	addr := flag.String("addr", ":80", "listen address")
	flag.Parse()
	http.HandleFunc("/healthz", healthz)
	if err := http.ListenAndServe(*addr, nil); err != nil {
		panic(err)
	}
}
