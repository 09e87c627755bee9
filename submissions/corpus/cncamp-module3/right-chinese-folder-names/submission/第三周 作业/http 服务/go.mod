module fuwu

go 1.18
