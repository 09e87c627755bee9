#!/bin/bash
cd /sys/fs/cgroup/memory
mkdir -p memorydemo memory-limit

pgrep malloc > memorydemo/cgroup.procs
echo 104960000 > memory-limit/memory.limit_in_bytes
echo 0 > memory-limit/memory.swappiness
