#!/bin/bash
mkdir -p /sys/fs/cgroup/memory/memorydemo
cd /sys/fs/cgroup/memory/memorydemo
echo 104960000 > memory.limit_in_bytes
echo 0 > memory.swappiness
# 把当前进程加入 cgroup
echo $$ > cgroup.procs
cat cgroup.procs
