package main

import (
	"fmt"
	"net/http"
	"os"
)

var settings map[string]string

func init() {
	// 初始化配置
	settings["version"] = os.Getenv("VERSION")
}

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("VERSION", settings["version"])
		fmt.Println(r.RemoteAddr, 200)
	})
	http.ListenAndServe(":8080", nil)
}
