// Test support: small programs of ours, as students write them.

export const goServer = `package main

import (
	"fmt"
	"log"
	"net/http"
	"os"
)

// healthz says that all is well.
func healthz(w http.ResponseWriter, r *http.Request) {
	w.WriteHeader(http.StatusOK)
	fmt.Fprintln(w, "ok")
}

func echo(w http.ResponseWriter, r *http.Request) {
	for name, values := range r.Header {
		for _, value := range values {
			w.Header().Add(name, value)
		}
	}
	version := os.Getenv("VERSION")
	if version != "" {
		w.Header().Set("Version", version)
	}
	status := http.StatusOK
	w.WriteHeader(status)
	log.Printf("client %s, status %d", r.RemoteAddr, status)
}

func main() {
	mux := http.NewServeMux()
	mux.HandleFunc("/healthz", healthz)
	mux.HandleFunc("/", echo)
	server := &http.Server{Addr: ":8080", Handler: mux}
	if err := server.ListenAndServe(); err != nil {
		log.Fatalf("cannot serve: %v", err)
	}
}
`

/** The same with other comments, blanks and letters' case. */
export const reformatted = goServer
  .replace('// healthz says that all is well.', '/* 健康检查 */')
  .replaceAll('\t', '    ')
  .replaceAll('version', 'VERSION')

/** The same with names, texts and numbers of its own. */
export const renamed = goServer
  .replaceAll('healthz', 'alive')
  .replaceAll('echo', 'reply')
  .replaceAll('version', 'ver')
  .replaceAll('value', 'v')
  .replaceAll('name', 'key')
  .replaceAll('status', 'code')
  .replaceAll('mux', 'routes')
  .replaceAll('8080', '80')
  .replaceAll('cannot serve', 'failed')

/** Another one's own way to the same. */
export const otherServer = `package main

import (
	"io"
	"net/http"
	"net"
	"os"
	"strings"
)

type app struct{ version string }

func (a app) ServeHTTP(out http.ResponseWriter, in *http.Request) {
	switch {
	case strings.HasPrefix(in.URL.Path, "/healthz"):
		_, _ = io.WriteString(out, "200")
		return
	}
	target := out.Header()
	for key := range in.Header {
		target[key] = append([]string{}, in.Header[key]...)
	}
	if len(a.version) > 0 {
		target["Version"] = []string{a.version}
	}
	host, _, err := net.SplitHostPort(in.RemoteAddr)
	if err != nil {
		host = in.RemoteAddr
	}
	os.Stdout.WriteString(host + " 200\\n")
}

func main() {
	a := app{version: os.Getenv("VERSION")}
	panic(http.ListenAndServe("0.0.0.0:80", a))
}
`
