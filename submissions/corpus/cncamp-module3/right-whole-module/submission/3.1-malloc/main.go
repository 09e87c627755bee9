package main

import (
	"fmt"
	"os"
	"time"
)

const block = 20 << 20

// 每秒 20 MiB, 每一页都写一次, 否则内核不会真的分配
func main() {
	var keep [][]byte
	page := os.Getpagesize()
	for i := 1; i <= 60; i++ {
		b := make([]byte, block)
		for j := 0; j < len(b); j += page {
			b[j] = byte(i)
		}
		keep = append(keep, b)
		fmt.Printf("Allocating %dMb memory, raw memory is %d\n", len(keep)*20, len(keep)*block)
		time.Sleep(time.Second)
	}
}
