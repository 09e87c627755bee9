module malloc

go 1.18
