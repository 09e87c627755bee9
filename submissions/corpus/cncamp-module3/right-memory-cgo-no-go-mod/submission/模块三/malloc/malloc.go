package main

/*
#include <stdlib.h>
#include <string.h>
*/
import "C"

import (
	"fmt"
	"time"
)

const size = 104960000

func main() {
	for i := 1; i <= 10; i++ {
		fmt.Printf("Allocating %dMb memory, raw memory is %d\n", i*100, i*size)
		p := C.malloc(size)
		C.memset(p, 1, size)
		time.Sleep(1 * time.Minute)
	}
}
