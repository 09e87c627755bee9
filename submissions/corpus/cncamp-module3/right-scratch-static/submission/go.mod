module hs

go 1.18
