#!/bin/bash
# 用法: ./cgroup.sh    先启动 ./malloc
set -e
pid=$(pgrep -x malloc || ps | grep '[m]alloc' | awk '{print $1}')
if [ -f /sys/fs/cgroup/cgroup.controllers ]; then
  mkdir -p /sys/fs/cgroup/memorydemo
  echo 104960000 > /sys/fs/cgroup/memorydemo/memory.max
  echo 0 > /sys/fs/cgroup/memorydemo/memory.swap.max
  for p in $pid; do echo $p > /sys/fs/cgroup/memorydemo/cgroup.procs; done
else
  mkdir -p /sys/fs/cgroup/memory/memorydemo
  cd /sys/fs/cgroup/memory/memorydemo
  echo 104960000 > memory.limit_in_bytes
  echo 0 > memory.swappiness
  for p in $pid; do echo $p > cgroup.procs; done
fi
