package handler

import (
	"fmt"
	"io"
	"math/rand"
	"net/http"
	"os"
	"time"

	"httpserver/metrics"
)

func init() {
	rand.Seed(time.Now().UnixNano())
}

// Index adds a random delay of 0 to 2 seconds (module 10)
func Index(w http.ResponseWriter, r *http.Request) {
	timer := metrics.NewTimer()
	defer timer.Observe()

	delay := rand.Intn(2001)
	time.Sleep(time.Millisecond * time.Duration(delay))

	for k, v := range r.Header {
		for _, s := range v {
			w.Header().Add(k, s)
		}
	}
	w.Header().Add("VERSION", os.Getenv("VERSION"))
	w.WriteHeader(http.StatusOK)
	io.WriteString(w, fmt.Sprintf("<h1>Respond in %d ms</h1>", delay))
}

func Healthz(w http.ResponseWriter, r *http.Request) {
	w.WriteHeader(http.StatusOK)
	io.WriteString(w, "ok\n")
}
