package main

import (
	"fmt"
	"net"
	"net/http"
	"os"
)

type MyHandler struct{}

func (h *MyHandler) ServeHTTP(resp http.ResponseWriter, req *http.Request) {
	var statusCode int
	switch req.URL.Path {
	case "/healthz":
		statusCode = 200
	case "/", "/index":
		statusCode = 200
		for key, values := range req.Header {
			value := ""
			for i := 0; i < len(values); i++ {
				if i > 0 {
					value += "; "
				}
				value += values[i]
			}
			resp.Header().Set(key, value)
		}
		resp.Header().Set("version", os.Getenv("VERSION"))
	default:
		statusCode = 404
	}
	resp.WriteHeader(statusCode)
	resp.Write([]byte(http.StatusText(statusCode)))
	clientIp, _, _ := net.SplitHostPort(req.RemoteAddr)
	fmt.Println("Client IP :", clientIp, "HTTP code :", statusCode)
}

func main() {
	port := os.Getenv("HTTP_PORT")
	fmt.Println("listen on port", port)
	if e := http.ListenAndServe(":"+port, &MyHandler{}); e != nil {
		fmt.Println(e)
		os.Exit(2)
	}
}
