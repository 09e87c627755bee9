package main

import (
	"flag"
	"log"
	"net"
	"net/http"
	"os"
)

type app struct {
	version string
	*log.Logger
}

func (a *app) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	code := http.StatusOK
	switch r.URL.Path {
	case "/", "/healthz":
		for k := range r.Header {
			w.Header().Set(k, r.Header.Get(k))
		}
		w.Header().Set("X-App-Version", a.version)
	default:
		code = http.StatusNotFound
	}
	w.WriteHeader(code)
	if ip, _, err := net.SplitHostPort(r.RemoteAddr); err == nil {
		a.Printf("%s - - %q %d", ip, r.Method+" "+r.RequestURI+" "+r.Proto, code)
	}
}

func main() {
	listen := flag.String("l", "0.0.0.0:8000", "listen on")
	flag.Parse()
	a := &app{os.Getenv("VERSION"), log.New(os.Stdout, "", log.LstdFlags|log.LUTC)}
	a.Fatal(http.ListenAndServe(*listen, a))
}
