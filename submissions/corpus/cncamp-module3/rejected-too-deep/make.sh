#!/bin/sh
set -eu
path=$1
for i in $(seq 60); do path=$path/d; done
mkdir -p "$path"
echo deep > "$path/file.txt"
