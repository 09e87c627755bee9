package main

import "fmt"

// 3 GiB of table, 64 MiB at a time
func main() {
	const block = 64 << 20
	var table [][]byte
	for i := 0; i < 48; i++ {
		b := make([]byte, block)
		for j := 0; j < block; j += 4096 {
			b[j] = byte(i)
		}
		table = append(table, b)
	}
	fmt.Println(len(table), "blocks")
}
