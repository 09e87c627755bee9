// Package metrics: a hand-made histogram, because the real client library was too big for me
package metrics

import (
	"fmt"
	"net/http"
	"sync"
	"time"
)

var (
	mu      sync.Mutex
	bounds  = []float64{0.1, 0.5, 1, 1.5, 2}
	buckets = make([]int, len(bounds)+1)
	sum     float64
	count   int
)

type Timer struct{ begin time.Time }

func NewTimer() *Timer { return &Timer{time.Now()} }

func (t *Timer) Observe() {
	s := time.Since(t.begin).Seconds()
	mu.Lock()
	defer mu.Unlock()
	sum += s
	count++
	for i, b := range bounds {
		if s <= b {
			buckets[i]++
			return
		}
	}
	buckets[len(bounds)]++
}

func Handler(w http.ResponseWriter, _ *http.Request) {
	mu.Lock()
	defer mu.Unlock()
	total := 0
	for i, b := range bounds {
		total += buckets[i]
		fmt.Fprintf(w, "httpserver_execution_latency_seconds_bucket{le=\"%g\"} %d\n", b, total)
	}
	fmt.Fprintf(w, "httpserver_execution_latency_seconds_sum %g\n", sum)
	fmt.Fprintf(w, "httpserver_execution_latency_seconds_count %d\n", count)
}
