#!/bin/bash
# usage: nsenter.sh PID
if [ -z "$1" ]; then
    echo "usage: $0 PID" >&2
    exit 2
fi
echo "network of process $1:"
nsenter -t "$1" -n ip addr show eth0
