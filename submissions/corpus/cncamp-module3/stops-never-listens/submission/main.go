package main

import (
	"fmt"
	"time"
)

func main() {
	// 先写个 demo, server 部分后面补
	for i := 0; ; i++ {
		fmt.Println("httpserver is running on :8080, client ip 127.0.0.1, code 200,", i)
		time.Sleep(time.Second)
	}
}
