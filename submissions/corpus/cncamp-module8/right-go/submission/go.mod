module example.com/module8

go 1.22
