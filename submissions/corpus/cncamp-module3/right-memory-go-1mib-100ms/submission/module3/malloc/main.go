package main

import (
	"fmt"
	"os"
	"time"
)

func main() {
	const mib = 1 << 20
	page := os.Getpagesize()
	// 放在切片里, 防止被 GC 回收
	var hold [][]byte
	for {
		b := make([]byte, mib)
		for i := 0; i < len(b); i += page {
			b[i] = 1
		}
		hold = append(hold, b)
		if len(hold)%10 == 0 {
			fmt.Printf("Allocated %d MiB\n", len(hold))
		}
		time.Sleep(100 * time.Millisecond)
	}
}
