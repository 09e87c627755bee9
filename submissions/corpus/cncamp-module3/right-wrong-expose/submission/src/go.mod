module myserver
go 1.16
