package main

import (
	"fmt"
	"log"
	"os"
	"path/filepath"
	"time"
)

// newInfoLog writes like glog without -logtostderr: one file per level below the temporary folder.
func newInfoLog() *log.Logger {
	name := fmt.Sprintf("httpserver.%s.root.log.INFO.%s.%d", hostname(), time.Now().Format("20060102-150405"), os.Getpid())
	file, err := os.Create(filepath.Join(os.TempDir(), name))
	if err != nil {
		log.Fatal(err)
	}
	return log.New(file, "I", log.Ltime|log.Lmicroseconds|log.Lshortfile)
}

func hostname() string {
	name, err := os.Hostname()
	if err != nil {
		return "unknownhost"
	}
	return name
}
