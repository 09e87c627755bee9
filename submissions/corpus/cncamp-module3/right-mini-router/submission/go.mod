module cncamp/gee

go 1.18
