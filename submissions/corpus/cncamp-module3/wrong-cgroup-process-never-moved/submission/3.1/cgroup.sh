#!/bin/bash
cd /sys/fs/cgroup/memory
sudo mkdir memorydemo
cd memorydemo
echo 104960000 | sudo tee memory.limit_in_bytes
echo 0 | sudo tee memory.swappiness
cat cgroup.procs
