package main

import (
	"fmt"
	"net"
	"net/http"
)

func accessLog(r *http.Request, code int) {
	ip, _, _ := net.SplitHostPort(r.RemoteAddr)
	fmt.Printf("client ip: %s, code: %d\n", ip, code)
}
