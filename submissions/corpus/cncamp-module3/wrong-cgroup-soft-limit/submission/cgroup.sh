#!/bin/bash
cd /sys/fs/cgroup/memory
mkdir memorydemo
cd memorydemo
ps -ef | grep malloc | grep -v grep | awk '{print $2}' > cgroup.procs
echo 104960000 > memory.soft_limit_in_bytes
echo 0 > memory.swappiness
