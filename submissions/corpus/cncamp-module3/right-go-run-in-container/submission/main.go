package main

import "fmt"
import "net/http"
import "os"

func f(w http.ResponseWriter, r *http.Request) {
	for a, b := range r.Header {
		w.Header().Set(a, b[0])
	}
	w.Header().Set("VERSION", os.Getenv("VERSION"))
	fmt.Fprint(w, "f")
	fmt.Println(r.RemoteAddr, 200)
}

func g(w http.ResponseWriter, r *http.Request) {
	fmt.Fprint(w, "g")
	fmt.Println(r.RemoteAddr, 200)
}

func main() {
	http.HandleFunc("/", f)
	http.HandleFunc("/healthz", g)
	http.ListenAndServe(":8080", nil)
}
