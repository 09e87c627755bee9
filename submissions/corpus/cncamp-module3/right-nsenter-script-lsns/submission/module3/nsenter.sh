#!/bin/bash
# lsns 的第 4 列是 PID
pid=$(lsns -t net | grep http-server | awk '{print $4}' | head -n 1)
echo "PID=$pid"
nsenter -t $pid -n ip addr
