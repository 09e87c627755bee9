#!/bin/bash
# Ubuntu 22.04, cgroup v2
cd /sys/fs/cgroup
mkdir memorydemo
cd memorydemo
ps -ef | grep malloc | grep -v grep | awk '{print $2}' > cgroup.procs
echo 104960000 > memory.max
echo 0 > memory.swap.max
