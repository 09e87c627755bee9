package main

import (
	"flag"
	"log/slog"
	"net/http"
	"os"

	"example.com/chenjing/httpserver/internal/server"
)

func main() {
	listen := flag.String("listen", ":8080", "address to listen on")
	flag.Parse()

	logger := slog.New(slog.NewJSONHandler(os.Stdout, nil))
	logger.Info("listening", "addr", *listen)

	if err := http.ListenAndServe(*listen, server.New(logger, os.Getenv("VERSION"))); err != nil {
		logger.Error("server stopped", "err", err)
		os.Exit(1)
	}
}
