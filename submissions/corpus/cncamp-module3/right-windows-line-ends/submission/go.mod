module server

go 1.17
