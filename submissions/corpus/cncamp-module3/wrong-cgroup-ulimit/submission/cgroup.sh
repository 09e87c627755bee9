#!/bin/bash
ulimit -v 102500
./malloc
echo "exit code $?"
