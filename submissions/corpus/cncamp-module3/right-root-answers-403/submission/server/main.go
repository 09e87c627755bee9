package main

import (
	"log"
	"net/http"
	"os"
)

const token = "let-me-in"

func main() {
	log.SetOutput(os.Stdout)
	http.HandleFunc("/", secret)
	http.HandleFunc("/healthz", func(w http.ResponseWriter, r *http.Request) {
		logAccess(r, http.StatusOK)
	})
	log.Fatal(http.ListenAndServe(":8080", nil))
}

// 没有 token 就是 403, header 一样会写回去
func secret(w http.ResponseWriter, r *http.Request) {
	for k, v := range r.Header {
		w.Header().Set(k, v[0])
	}
	w.Header().Set("Version", os.Getenv("VERSION"))
	status := http.StatusForbidden
	if r.URL.Query().Get("token") == token {
		status = http.StatusOK
	}
	http.Error(w, http.StatusText(status), status)
	logAccess(r, status)
}

func logAccess(r *http.Request, status int) {
	log.Printf("%s %s %s %d %s", r.RemoteAddr, r.Method, r.URL.Path, status, http.StatusText(status))
}
