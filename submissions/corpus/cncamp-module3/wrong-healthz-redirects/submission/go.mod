module web

go 1.18
