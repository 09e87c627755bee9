package handler

import (
	"fmt"
	"net/http"
	"time"
)

type recorder struct {
	http.ResponseWriter
	code int
}

func (rec *recorder) WriteHeader(code int) {
	rec.code = code
	rec.ResponseWriter.WriteHeader(code)
}

func Log(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		begin := time.Now()
		rec := &recorder{w, http.StatusOK}
		next(rec, r)
		fmt.Printf("I%s %s %s %s %d %s\n", begin.Format("0102 15:04:05.000000"),
			r.RemoteAddr, r.Method, r.URL.Path, rec.code, time.Since(begin))
	}
}
