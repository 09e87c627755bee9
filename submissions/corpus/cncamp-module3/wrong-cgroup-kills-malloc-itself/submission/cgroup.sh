#!/bin/bash
pid=$(pidof malloc)
echo "memory limit 104960000 reached"
kill -9 $pid
sleep 1
echo "Memory cgroup out of memory: Killed process $pid (malloc)"
