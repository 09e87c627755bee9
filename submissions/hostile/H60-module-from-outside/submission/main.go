package main

import _ "example.com/other"

func main() {}
