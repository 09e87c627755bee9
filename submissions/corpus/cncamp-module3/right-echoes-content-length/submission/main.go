package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
)

type Reply struct {
	Message string `json:"message"`
	Path    string `json:"path"`
}

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		// every header of the request goes back, also Content-Length and Content-Type when there is a body
		for k := range r.Header {
			w.Header().Set(k, r.Header.Get(k))
		}
		if r.ContentLength > 0 {
			w.Header().Set("Content-Length", fmt.Sprint(r.ContentLength))
		}
		w.Header().Set("Version", os.Getenv("VERSION"))

		status := 200
		reply := Reply{"hello", r.URL.Path}
		if r.URL.Path != "/" {
			status, reply.Message = 404, "no such page"
		}
		body, _ := json.Marshal(reply)
		w.WriteHeader(status)
		if _, err := w.Write(body); err != nil {
			fmt.Println("write:", err)
		}
		fmt.Printf("%d %s %s %s\n", status, r.RemoteAddr, r.Method, r.URL.Path)
	})
	http.HandleFunc("/healthz", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, `{"code":200}`)
		fmt.Printf("%d %s %s %s\n", 200, r.RemoteAddr, r.Method, r.URL.Path)
	})
	fmt.Println("http://0.0.0.0:8090/")
	fmt.Println(http.ListenAndServe("0.0.0.0:8090", nil))
}
