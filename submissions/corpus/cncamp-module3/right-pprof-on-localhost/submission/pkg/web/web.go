package web

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
)

func Handler() http.Handler {
	m := http.NewServeMux()
	m.HandleFunc("/", root)
	m.HandleFunc("/healthz", healthz)
	return m
}

func healthz(w http.ResponseWriter, _ *http.Request) {
	io.WriteString(w, "ok\n")
}

func root(w http.ResponseWriter, r *http.Request) {
	log.Println("entering root handler")
	user := r.URL.Query().Get("user")
	if user == "" {
		user = "stranger"
	}
	for k, v := range r.Header {
		for _, s := range v {
			w.Header().Add(k, s)
		}
	}
	w.Header().Set("VERSION", os.Getenv("VERSION"))
	code := http.StatusOK
	w.WriteHeader(code)
	io.WriteString(w, fmt.Sprintf("hello [%s]\n", user))
	log.Printf("clientIP:%s, http code:%d", r.RemoteAddr, code)
}
