#!/bin/bash
sudo mkdir /sys/fs/cgroup/memorydemo
echo 200M | sudo tee /sys/fs/cgroup/memorydemo/memory.max
echo 0 | sudo tee /sys/fs/cgroup/memorydemo/memory.swap.max
pgrep malloc | sudo tee /sys/fs/cgroup/memorydemo/cgroup.procs
