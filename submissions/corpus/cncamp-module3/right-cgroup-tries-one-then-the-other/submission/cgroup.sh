#!/bin/bash
base=/sys/fs/cgroup/memory
[ -d $base ] || base=/sys/fs/cgroup
mkdir -p $base/demo
cd $base/demo || exit 1

{ echo 104960000 > memory.limit_in_bytes || echo 104960000 > memory.max; } 2> /dev/null
{ echo 0 > memory.swappiness || echo 0 > memory.swap.max; } 2> /dev/null
pidof malloc > cgroup.procs
cat memory.limit_in_bytes memory.max 2> /dev/null
