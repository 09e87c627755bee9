package main

import (
	"context"
	"log"
	"net/http"
	_ "net/http/pprof"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"httpserver/pkg/web"
)

func main() {
	// pprof only from inside: nsenter -t <pid> -n go tool pprof ...
	go func() {
		log.Println("pprof:", http.ListenAndServe("127.0.0.1:6060", nil))
	}()

	server := &http.Server{
		Addr:         ":80",
		Handler:      web.Handler(),
		ReadTimeout:  10 * time.Second,
		WriteTimeout: 10 * time.Second,
	}

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()

	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
		<-ctx.Done()
		log.Println("signal received, draining")
		timeout, cancel := context.WithTimeout(context.Background(), 8*time.Second)
		defer cancel()
		if err := server.Shutdown(timeout); err != nil {
			log.Println("shutdown:", err)
		}
	}()

	if err := server.ListenAndServe(); err != http.ErrServerClosed {
		log.Fatal(err)
	}
	wg.Wait()
}
