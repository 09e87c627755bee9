package main

import (
	"fmt"
	"net/http"
	"os"
)

type Server struct {
	Version string
}

func (this *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	status := http.StatusOK
	if r.URL.Path == "/" {
		for k, v := range r.Header {
			w.Header().Set(k, v[0])
		}
		w.Header().Set("Version", this.Version)
	} else if r.URL.Path != "/healthz" {
		status = http.StatusNotFound
	}
	w.WriteHeader(status)
	fmt.Printf("%s %d\r\n", r.RemoteAddr, status)
}

func main() {
	server := &Server{Version: os.Getenv("VERSION")}
	http.ListenAndServe(":8080", server)
}
