package main

import (
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"os"
)

type config struct {
	Port int `json:"port"`
}

func loadConfig(path string) config {
	var c config
	text, err := os.ReadFile(path)
	if err != nil {
		log.Fatalf("读取配置文件失败: %v", err)
	}
	if err := json.Unmarshal(text, &c); err != nil {
		log.Fatal(err)
	}
	return c
}

func main() {
	c := loadConfig("conf/config.json")
	http.HandleFunc("/healthz", func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(200)
	})
	log.Fatal(http.ListenAndServe(fmt.Sprintf(":%d", c.Port), nil))
}
