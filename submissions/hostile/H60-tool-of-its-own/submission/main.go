package main

//go:generate touch /tmp/cgrade-was-here
func main() {}
