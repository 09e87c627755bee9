module wu

go 1.17
