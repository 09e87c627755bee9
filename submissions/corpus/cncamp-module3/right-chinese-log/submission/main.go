package main

import (
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"
)

// 作业要求：
// 1. 接收客户端 request，并将 request 中带的 header 写入 response header
// 2. 读取当前系统的环境变量中的 VERSION 配置，并写入 response header
// 3. Server 端记录访问日志包括客户端 IP，HTTP 返回码，输出到 server 端的标准输出
// 4. 当访问 localhost/healthz 时，应返回 200

func main() {
	fmt.Println("服务启动，监听端口 8080 ……")
	http.HandleFunc("/", 首页)
	http.HandleFunc("/healthz", 健康检查)
	if err := http.ListenAndServe(":8080", nil); err != nil {
		fmt.Println("启动失败：", err)
		os.Exit(1)
	}
}

func 首页(w http.ResponseWriter, r *http.Request) {
	for k, v := range r.Header {
		w.Header().Set(k, strings.Join(v, ","))
	}
	// 试过 w.Header().Set("版本", ...)，curl 显示乱码，所以用英文
	w.Header().Set("Version", os.Getenv("VERSION"))
	写日志(r, http.StatusOK)
	w.Write([]byte("你好，世界\n"))
}

func 健康检查(w http.ResponseWriter, r *http.Request) {
	w.WriteHeader(http.StatusOK)
	写日志(r, http.StatusOK)
}

func 写日志(r *http.Request, 返回码 int) {
	地址 := strings.Split(r.RemoteAddr, ":")[0]
	fmt.Printf("【访问日志】时间：%s，客户端IP：%s，路径：%s，HTTP返回码：%d。\n",
		time.Now().Format("2006年01月02日 15时04分05秒"), 地址, r.URL.Path, 返回码)
}
