package main

import (
	"fmt"
	"net/http"
	"os"
	"os/user"
)

func main() {
	if u, err := user.Current(); err == nil {
		fmt.Printf("running as uid %s\n", u.Uid)
	}
	s := http.NewServeMux()
	s.HandleFunc("/", allInOne)
	if err := http.ListenAndServe(":8080", s); err != nil {
		fmt.Println(err)
	}
}

func allInOne(w http.ResponseWriter, r *http.Request) {
	ret := http.StatusOK

	switch r.RequestURI {
	case "/healthz":
		w.WriteHeader(ret)
	case "/favicon.ico":
		ret = http.StatusNoContent
		w.WriteHeader(ret)
	default:
		for name := range r.Header {
			w.Header().Set(name, r.Header.Get(name))
		}
		w.Header().Set("x-version", os.Getenv("VERSION"))
		w.WriteHeader(ret)
		fmt.Fprintln(w, "Hello from user", os.Getuid())
	}

	fmt.Printf("ip=[%s] uri=[%s] ret=[%d]\n", r.RemoteAddr, r.RequestURI, ret)
}
