#!/bin/bash
cd /sys/fs/cgroup/memory
mkdir memorydemo
cd memorydemo
# 不要杀掉进程
echo 1 > memory.oom_control
ps -ef | grep malloc | grep -v grep | awk '{print $2}' > cgroup.procs
echo 104960000 > memory.limit_in_bytes
echo 0 > memory.swappiness
cat memory.oom_control
