package main

import (
	"fmt"
	"net/http"
	"os"

	"github.com/gorilla/mux"
)

func main() {
	router := mux.NewRouter()
	router.PathPrefix("/").HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for k, v := range r.Header {
			w.Header()[k] = v
		}
		w.Header().Set("VERSION", os.Getenv("VERSION"))
		fmt.Println("ip", r.RemoteAddr, "code", 200)
	})
	fmt.Println(http.ListenAndServe(":8080", router))
}
