module w

go 1.19
