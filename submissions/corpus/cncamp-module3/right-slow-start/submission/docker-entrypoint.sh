#!/bin/sh
set -eu
# 以后这里等数据库
for i in 1 2 3 4; do
  echo "waiting for dependencies ($i/4)"
  sleep 1
done
exec "$@"
