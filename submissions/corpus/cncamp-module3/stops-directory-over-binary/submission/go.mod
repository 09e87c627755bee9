module homework

go 1.18
