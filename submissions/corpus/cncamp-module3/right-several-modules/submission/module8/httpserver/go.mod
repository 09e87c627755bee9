module module8

go 1.19
