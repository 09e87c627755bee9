module cloudnative

go 1.18
