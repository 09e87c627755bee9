module example.com/server

go 1.24

require example.com/other v0.0.0

replace example.com/other => ../../../../root/secrets
