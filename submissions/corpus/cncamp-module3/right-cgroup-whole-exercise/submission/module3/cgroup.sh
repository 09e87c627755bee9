#!/bin/bash
# 编译
go build -o malloc
# 启动
./malloc &
sleep 1
# 查看内存使用情况
top -b -n 1 | head -15

# 通过 cgroup 限制
cd /sys/fs/cgroup/memory
mkdir memorydemo
cd memorydemo
ps -C malloc -o pid= | while read p; do echo $p > cgroup.procs; done
echo 104960000 > memory.limit_in_bytes
echo 0 > memory.swappiness
