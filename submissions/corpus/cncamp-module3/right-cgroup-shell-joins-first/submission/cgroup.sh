#!/bin/bash
G=/sys/fs/cgroup/memory/memorydemo
mkdir -p $G
echo 104960000 > $G/memory.limit_in_bytes
echo 0 > $G/memory.swappiness
# children inherit the cgroup of their parent
echo $$ > $G/cgroup.procs
exec ./malloc
