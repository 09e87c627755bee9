package main

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestIndex(t *testing.T) {
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Header.Set("X-Name", "a")
	index(w, r)
	if got := w.Header().Get("X-Name"); got != "b" {
		t.Fatalf("X-Name = %q, want %q", got, "b")
	}
}
