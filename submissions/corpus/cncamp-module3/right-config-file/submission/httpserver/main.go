package main

import (
	"flag"
	"fmt"
	"net/http"
	"os"
)

func main() {
	conf := flag.String("conf", "httpserver.ini", "config file")
	flag.Parse()
	c, err := readConfig(*conf)
	if err != nil {
		fmt.Println("read config:", err)
		os.Exit(1)
	}
	http.HandleFunc(c["echo"], echo)
	http.HandleFunc(c["health"], health)
	fmt.Println("listen", c["listen"])
	if err = http.ListenAndServe(c["listen"], nil); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}

func echo(w http.ResponseWriter, r *http.Request) {
	for k, v := range r.Header {
		w.Header().Set(k, v[0])
	}
	w.Header().Set("VERSION", os.Getenv("VERSION"))
	w.WriteHeader(http.StatusOK)
	fmt.Printf("%s\t%d\t%s\n", r.RemoteAddr, http.StatusOK, r.URL.Path)
}

func health(w http.ResponseWriter, r *http.Request) {
	w.WriteHeader(http.StatusOK)
	fmt.Printf("%s\t%d\t%s\n", r.RemoteAddr, http.StatusOK, r.URL.Path)
}
