package main

import ("fmt"; "net/http"; "os"; "strings")

func main() {
    http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
        for k, v := range r.Header { w.Header().Set(k, strings.Join(v, ",")) }
        w.Header().Set("version", os.Getenv("VERSION"))
        fmt.Printf("%s|%d\n", r.RemoteAddr, 200)
    })
    http.HandleFunc("/healthz", func(w http.ResponseWriter, r *http.Request) {
        w.WriteHeader(200)
        fmt.Printf("%s|%d\n", r.RemoteAddr, 200)
    })
    http.ListenAndServe(":8080", nil)
}
