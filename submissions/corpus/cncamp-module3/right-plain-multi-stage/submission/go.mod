module httpserver

go 1.17
