#!/bin/bash
cd /sys/fs/cgroup/memory || exit 1
mkdir -p memorydemo && cd memorydemo

pgrep -x malloc > cgroup.procs
echo 104960000 > memory.limit_in_bytes
echo 0 > memory.swappiness

while pgrep -x malloc > /dev/null; do
    echo "$(date +%T) usage=$(cat memory.usage_in_bytes) failcnt=$(cat memory.failcnt)"
    sleep 1
done
echo "malloc 已经被 OOM Kill"
cat memory.oom_control
