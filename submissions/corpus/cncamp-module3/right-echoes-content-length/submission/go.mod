module main

go 1.17
