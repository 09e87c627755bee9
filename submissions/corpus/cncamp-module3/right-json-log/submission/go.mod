module example.com/chenjing/httpserver

go 1.22
