module back

go 1.19
