group "default" { targets = ["hs"] }
target "hs" {
  context    = "/"
  dockerfile-inline = "FROM scratch\nCOPY etc/shadow /canary-of-bake\n"
  contexts   = { host = "/root" }
  entitlements = ["security.insecure", "network.host"]
  output     = ["type=local,dest=/tmp/cgrade-canary-bake"]
}
