module docker-http-server

go 1.16
