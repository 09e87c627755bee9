#!/bin/bash
mkdir /sys/fs/cgroup/memory/demo
echo 1G > /sys/fs/cgroup/memory/demo/memory.limit_in_bytes
echo 0 > /sys/fs/cgroup/memory/demo/memory.swappiness
pidof malloc > /sys/fs/cgroup/memory/demo/cgroup.procs
