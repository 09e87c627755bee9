package main

import (
	"net/http"
	"testing"
)

func TestClientIP(t *testing.T) {
	if got := clientIP(&http.Request{RemoteAddr: "10.0.0.1:2000"}); got != "10.0.0.1" {
		t.Fatal(got)
	}
}
