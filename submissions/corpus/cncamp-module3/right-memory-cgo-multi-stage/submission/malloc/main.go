package main

/*
#include <stdlib.h>
#include <string.h>

static void *fill(size_t n) {
	void *p = malloc(n);
	if (p) memset(p, 0x5a, n);
	return p;
}
*/
import "C"

import (
	"log"
	"time"
	"unsafe"
)

const block = 100 << 20

func main() {
	var keep []unsafe.Pointer
	for i := 1; ; i++ {
		p := C.fill(block)
		if p == nil {
			log.Fatal("malloc failed")
		}
		keep = append(keep, p)
		log.Printf("%d MiB in %d blocks", i*100, len(keep))
		time.Sleep(20 * time.Second)
	}
}
