#!/bin/bash
cd /sys/fs/cgroup/memory
ps -ef | grep malloc | grep -v grep | awk '{print $2}' > cgroup.procs
echo 104960000 > memory.limit_in_bytes
echo 0 > memory.swappiness
