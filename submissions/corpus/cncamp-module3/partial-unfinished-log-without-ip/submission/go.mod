module b

go 1.19
