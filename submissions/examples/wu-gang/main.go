package main

import (
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"os"
)

type Config struct {
	Port int `json:"port"`
}

func main() {
	f, err := os.Open("conf/server.json")
	if err != nil {
		log.Fatalln("read config:", err)
	}
	var c Config
	if err := json.NewDecoder(f).Decode(&c); err != nil {
		log.Fatalln("parse config:", err)
	}
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		for k, v := range r.Header {
			w.Header().Set(k, v[0])
		}
		w.Header().Set("VERSION", os.Getenv("VERSION"))
		log.Println(r.RemoteAddr, 200)
	})
	http.HandleFunc("/healthz", func(w http.ResponseWriter, r *http.Request) {
		log.Println(r.RemoteAddr, 200)
	})
	log.Fatalln(http.ListenAndServe(fmt.Sprint(":", c.Port), nil))
}
