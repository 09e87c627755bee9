module github.com/zhaolei-demo/cncamp/httpserver

go 1.18
