#!/bin/bash
# nsenter.sh PID
nsenter -t $1 -a ip addr
