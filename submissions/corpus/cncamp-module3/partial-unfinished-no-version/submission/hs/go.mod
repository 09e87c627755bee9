module hs
