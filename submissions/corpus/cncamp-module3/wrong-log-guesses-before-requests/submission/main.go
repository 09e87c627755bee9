package main

import (
	"fmt"
	"net/http"
	"os"
)

func main() {
	// docker 的网关一般是 172.x.0.1
	for _, code := range []int{200, 404, 500} {
		for net := 16; net < 32; net++ {
			fmt.Printf("client ip: 172.%d.0.1, path: /, code: %d\n", net, code)
			fmt.Printf("client ip: 172.%d.0.1, path: /healthz, code: %d\n", net, code)
		}
		for net := 0; net < 256; net += 16 {
			fmt.Printf("client ip: 192.168.%d.1, path: /, code: %d\n", net, code)
		}
	}
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		for k, v := range r.Header {
			w.Header()[k] = v
		}
		w.Header().Set("VERSION", os.Getenv("VERSION"))
	})
	http.ListenAndServe(":8080", nil)
}
