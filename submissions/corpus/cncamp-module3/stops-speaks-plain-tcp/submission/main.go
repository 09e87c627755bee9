package main

import (
	"fmt"
	"log"
	"net"
	"os"
)

func main() {
	l, err := net.Listen("tcp", ":8080")
	if err != nil {
		log.Fatal(err)
	}
	for {
		conn, err := l.Accept()
		if err != nil {
			log.Println(err)
			continue
		}
		go greet(conn)
	}
}

func greet(conn net.Conn) {
	defer conn.Close()
	log.Println("client", conn.RemoteAddr())
	fmt.Fprintf(conn, "hello, this is version %s\n", os.Getenv("VERSION"))
}
