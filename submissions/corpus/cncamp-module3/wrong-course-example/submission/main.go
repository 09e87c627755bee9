package main

import (
	"fmt"
	"io"
	"log"
	"net/http"
)

func main() {
	log.Println("starting http server")
	http.HandleFunc("/", rootHandler)
	if err := http.ListenAndServe(":80", nil); err != nil {
		log.Fatal(err)
	}
}

func rootHandler(w http.ResponseWriter, r *http.Request) {
	fmt.Println("root handler entered")
	if name := r.URL.Query().Get("name"); name != "" {
		io.WriteString(w, "hello "+name+"\n")
	} else {
		io.WriteString(w, "hello stranger\n")
	}
	io.WriteString(w, "---- headers of your request ----\n")
	for k, v := range r.Header {
		io.WriteString(w, fmt.Sprintf("%s=%s\n", k, v))
	}
}
