#!/bin/bash
set -e
name=http-server
# 获取容器进程 id
pid=$(docker inspect -f '{{.State.Pid}}' $name)
echo "pid: $pid"
sudo nsenter -t $pid -n ip -4 addr
