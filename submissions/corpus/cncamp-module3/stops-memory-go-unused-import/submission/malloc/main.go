package main

import (
	"fmt"
	"os"
	"time"
)

func main() {
	var all [][]byte
	for i := 1; i <= 10; i++ {
		block := make([]byte, 104960000)
		for j := range block {
			block[j] = 1
		}
		all = append(all, block)
		fmt.Printf("Allocating %dMb memory\n", i*100)
		time.Sleep(time.Minute)
	}
	fmt.Println(len(all))
}
