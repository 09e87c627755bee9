module cncamp/homework

go 1.17
