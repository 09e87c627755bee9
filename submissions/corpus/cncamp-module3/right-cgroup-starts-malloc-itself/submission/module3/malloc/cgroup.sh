#!/bin/bash
cd "$(dirname "$0")"

# 启动程序
./malloc &
pid=$!
echo "malloc started: $pid"

# 创建 cgroup 并加入进程
mkdir -p /sys/fs/cgroup/memory/memorydemo
echo $pid > /sys/fs/cgroup/memory/memorydemo/cgroup.procs
echo 104960000 > /sys/fs/cgroup/memory/memorydemo/memory.limit_in_bytes
echo 0 > /sys/fs/cgroup/memory/memorydemo/memory.swappiness

# 等待 OOM Kill
wait $pid
echo "exit code: $?"
