module hs

go 1.19
