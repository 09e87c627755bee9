#!/bin/bash
mkdir -p /tmp/fake /sys/fs/cgroup/memory/memorydemo
cp /bin/sleep /tmp/fake/malloc
/tmp/fake/malloc 600 &
echo 104960000 > /sys/fs/cgroup/memory/memorydemo/memory.limit_in_bytes
echo 0 > /sys/fs/cgroup/memory/memorydemo/memory.swappiness
echo $! > /sys/fs/cgroup/memory/memorydemo/cgroup.procs
ps -ef | grep malloc
