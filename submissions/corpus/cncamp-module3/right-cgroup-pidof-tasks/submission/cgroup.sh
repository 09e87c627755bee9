#!/bin/sh
CG=/sys/fs/cgroup/memory/memdemo
[ -d $CG ] || mkdir $CG
echo 100M > $CG/memory.limit_in_bytes
echo 0 > $CG/memory.swappiness
PID=`pidof malloc`
echo "pid of malloc: $PID"
echo $PID > $CG/tasks
