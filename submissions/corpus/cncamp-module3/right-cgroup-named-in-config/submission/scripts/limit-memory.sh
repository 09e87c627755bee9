#!/bin/bash
# 首先在 cgroup memory 子系统目录中创建目录结构
cd /sys/fs/cgroup/memory
mkdir limit
cd limit
# 然后把进程添加到 cgroup 进程配置组
ps -ef | grep malloc | grep -v grep | awk '{print $2}' > cgroup.procs
# 设置 memory.limit_in_bytes，限制内存使用量为 100Mb
echo 104960000 > memory.limit_in_bytes
# 等待进程被 OOM Kill，如果不起作用可能是使用了 swap 的原因
echo 0 > memory.swappiness
