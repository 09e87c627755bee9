package main

import "fmt"

// 课后练习 1.1
func main() {
	arr := []string{"I", "am", "stupid", "and", "weak"}
	for i, s := range arr {
		if s == "stupid" {
			arr[i] = "smart"
		} else if s == "weak" {
			arr[i] = "strong"
		}
	}
	fmt.Println(arr)
}
