module github.com/li-wei-cn/module3

go 1.24
