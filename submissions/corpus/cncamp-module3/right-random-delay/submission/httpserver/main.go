package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"httpserver/handler"
	"httpserver/metrics"
)

func main() {
	mux := http.NewServeMux()
	mux.HandleFunc("/", handler.Log(handler.Index))
	mux.HandleFunc("/healthz", handler.Log(handler.Healthz))
	mux.HandleFunc("/metrics", metrics.Handler)

	srv := &http.Server{Addr: ":8080", Handler: mux}
	done := make(chan os.Signal, 1)
	signal.Notify(done, syscall.SIGINT, syscall.SIGTERM)

	go func() {
		if err := srv.ListenAndServe(); err != nil && !errors.Is(err, http.ErrServerClosed) {
			fmt.Println("listen:", err)
			os.Exit(1)
		}
	}()
	fmt.Println("Server Started")
	<-done
	fmt.Println("Server Stopped")

	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := srv.Shutdown(ctx); err != nil {
		fmt.Println("Server Shutdown Failed:", err)
	}
}
