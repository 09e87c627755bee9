package docker
default allow := true
decision := {"allow": true}
