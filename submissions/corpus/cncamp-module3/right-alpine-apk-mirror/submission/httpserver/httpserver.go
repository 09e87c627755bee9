package main

import (
	"fmt"
	"net/http"
	"os"
	"time"
)

type Access struct {
	When   time.Time
	Client string
	Code   int
}

func (a Access) String() string {
	return fmt.Sprintf("%s client=%s http_code=%d", a.When.Local().Format("2006-01-02T15:04:05 MST"), a.Client, a.Code)
}

func handle(pattern string, do func(h http.Header, r *http.Request) (int, string)) {
	http.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		code, body := do(w.Header(), r)
		w.WriteHeader(code)
		fmt.Fprint(w, body)
		fmt.Println(Access{time.Now(), r.RemoteAddr, code})
	})
}

func main() {
	handle("/healthz", func(http.Header, *http.Request) (int, string) { return 200, "200" })
	handle("/", func(h http.Header, r *http.Request) (int, string) {
		if r.URL.Path != "/" {
			return 404, "page not found\n"
		}
		for name, value := range r.Header {
			for _, v := range value {
				h.Add(name, v)
			}
		}
		h.Set("VERSION", os.Getenv("VERSION"))
		return 200, time.Now().String() + "\n"
	})
	if err := http.ListenAndServe(":8080", nil); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
}
