package main

// char *grab(long bytes);
import "C"

import (
	"fmt"
	"time"
)

const (
	megabytes = 100
	// 沿用讲义的数字: 100 * 1024 * 1025
	blockSize = megabytes * 1024 * 1025
	rounds    = 10
)

func main() {
	// 保留指针, 不释放
	var blocks []*C.char
	for n := 1; n <= rounds; n++ {
		fmt.Printf("Allocating %dMb memory, raw memory is %d\n", n*megabytes, n*blockSize)
		blocks = append(blocks, C.grab(C.long(blockSize)))
		time.Sleep(time.Minute)
	}
	fmt.Println("done,", len(blocks), "blocks")
}
