module github.com/student/httpserver

go 1.19
