#!/usr/bin/env bash
set -euo pipefail

CGROUP=/sys/fs/cgroup/memory/malloc-demo
LIMIT=$((100 * 1024 * 1025))

echo "==> create $CGROUP"
sudo mkdir -p "$CGROUP"

pid=$(ps -e -o pid=,comm= | awk '$2 == "malloc" { print $1; exit }')
echo "==> malloc is $pid"
echo "$pid" | sudo tee "$CGROUP/cgroup.procs"

echo "==> limit to $LIMIT bytes"
echo "$LIMIT" | sudo tee "$CGROUP/memory.limit_in_bytes"
echo 0 | sudo tee "$CGROUP/memory.swappiness"

cat "$CGROUP/memory.limit_in_bytes"
