module malloc

go 1.17
