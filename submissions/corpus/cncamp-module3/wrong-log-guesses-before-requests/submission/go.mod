module guess-server

go 1.18
