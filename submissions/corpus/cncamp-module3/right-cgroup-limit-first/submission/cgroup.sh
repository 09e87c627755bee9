#!/bin/bash
# 先设置限制, 再加入进程; 否则可能报 Device or resource busy
mkdir -p /sys/fs/cgroup/memory/test
echo 104960000 > /sys/fs/cgroup/memory/test/memory.limit_in_bytes
echo 0 > /sys/fs/cgroup/memory/test/memory.swappiness
for p in $(pidof malloc); do
    echo $p > /sys/fs/cgroup/memory/test/cgroup.procs
done
cat /sys/fs/cgroup/memory/test/cgroup.procs
