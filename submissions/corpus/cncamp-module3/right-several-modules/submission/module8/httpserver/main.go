package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

type Config struct {
	Listen          string `json:"listen"`
	LogLevel        string `json:"logLevel"`
	GracefulSeconds int    `json:"gracefulSeconds"`
}

func load(path string) (c Config, err error) {
	b, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(b, &c)
	}
	return
}

func main() {
	path := flag.String("c", "config.json", "config file")
	flag.Parse()
	config, err := load(*path)
	if err != nil {
		fmt.Println("config:", err)
		os.Exit(1)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/", index)
	mux.HandleFunc("/healthz", healthz)
	server := &http.Server{Addr: config.Listen, Handler: mux}
	go server.ListenAndServe()

	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM, syscall.SIGINT)
	<-stop
	ctx, cancel := context.WithTimeout(context.Background(), time.Duration(config.GracefulSeconds)*time.Second)
	defer cancel()
	fmt.Println("graceful shutdown", server.Shutdown(ctx))
}

func index(w http.ResponseWriter, r *http.Request) {
	for k, v := range r.Header {
		w.Header().Set(k, v[0])
	}
	w.Header().Set("VERSION", os.Getenv("VERSION"))
	w.WriteHeader(200)
	fmt.Println(r.RemoteAddr, 200)
}

func healthz(w http.ResponseWriter, r *http.Request) {
	w.WriteHeader(200)
	fmt.Println(r.RemoteAddr, 200)
}
