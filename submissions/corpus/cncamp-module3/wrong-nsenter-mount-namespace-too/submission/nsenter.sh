#!/bin/bash
pid=$1
sudo nsenter --target $pid --mount --uts --ipc --net --pid ip addr
