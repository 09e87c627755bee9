package main

import (
	"net/http"
	"strings"
)

func ip(r *http.Request) string {
	return strings.SplitN(r.RemoteAddr, ":", 2)[0]
}
