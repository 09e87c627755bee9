#!/bin/bash
# 同时支持 cgroup v1 与 v2

LIMIT=104960000
ROOT=/sys/fs/cgroup

find_pid() {
    pgrep -x malloc | head -n 1
}

if [ "$(stat -fc %T $ROOT)" = cgroup2fs ]; then
    group=$ROOT/memorydemo
    mkdir -p $group
    echo $LIMIT > $group/memory.max
    echo 0 > $group/memory.swap.max
else
    group=$ROOT/memory/memorydemo
    mkdir -p $group
    echo $LIMIT > $group/memory.limit_in_bytes
    echo 0 > $group/memory.swappiness
fi

pid=$(find_pid)
if [ -z "$pid" ]; then
    echo "请先启动 malloc" >&2
    exit 1
fi
echo $pid > $group/cgroup.procs
echo "malloc ($pid) -> $group"
