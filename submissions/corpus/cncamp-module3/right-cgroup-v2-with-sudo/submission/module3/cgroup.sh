#!/bin/bash
set -x
group=/sys/fs/cgroup/cncamp

cat /sys/fs/cgroup/cgroup.controllers
echo "+memory" | sudo tee /sys/fs/cgroup/cgroup.subtree_control
sudo mkdir -p $group
echo 104960000 | sudo tee $group/memory.max
echo 0 | sudo tee $group/memory.swap.max
pgrep -x malloc | sudo tee $group/cgroup.procs
sleep 3
cat $group/memory.events
