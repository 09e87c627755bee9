#!/bin/bash
# 用法: bash cgroup.sh [pid]
pid=${1:-$(pgrep -xo malloc)}
dir=/sys/fs/cgroup/memory/cncamp

mkdir -p "$dir"
echo 104960000 > "$dir/memory.limit_in_bytes"
echo 0 > "$dir/memory.swappiness"
echo "$pid" > "$dir/cgroup.procs"
echo "pid $pid 已加入 $dir"
