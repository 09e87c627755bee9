module module3

go 1.19
