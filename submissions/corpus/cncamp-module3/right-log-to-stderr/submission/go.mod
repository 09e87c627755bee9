module cloudnative/module3

go 1.17
