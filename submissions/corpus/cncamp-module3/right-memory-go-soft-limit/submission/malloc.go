package main

import (
	"fmt"
	"runtime/debug"
	"time"
)

var held [][]byte

func main() {
	// I wanted to see whether this protects the program. It does not.
	debug.SetMemoryLimit(64 << 20)
	for i := 1; i <= 60; i++ {
		b := make([]byte, 10<<20)
		for j := range b {
			b[j] = byte(i)
		}
		held = append(held, b)
		fmt.Println("holding", len(held)*10, "MiB")
		time.Sleep(500 * time.Millisecond)
	}
}
