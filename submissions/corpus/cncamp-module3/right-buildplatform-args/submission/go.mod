module heyun/httpserver

go 1.19
