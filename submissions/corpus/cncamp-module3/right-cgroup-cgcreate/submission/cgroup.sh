#!/bin/bash
# apt install cgroup-tools
sudo cgcreate -g memory:memorydemo
sudo cgset -r memory.limit_in_bytes=104960000 memorydemo
sudo cgset -r memory.swappiness=0 memorydemo
sudo cgclassify -g memory:memorydemo $(pidof malloc)
cgget -r memory.limit_in_bytes memorydemo
