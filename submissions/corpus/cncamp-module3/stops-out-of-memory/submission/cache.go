package main

// warmUp fills a cache of 1 GiB before the first request.
func warmUp() [][]byte {
	var cache [][]byte
	for i := 0; i < 64; i++ {
		page := make([]byte, 16<<20)
		for j := range page {
			page[j] = byte(j)
		}
		cache = append(cache, page)
	}
	return cache
}
