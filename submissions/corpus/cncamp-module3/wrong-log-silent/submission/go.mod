module app

go 1.17
