module httpserver

go 1.24
