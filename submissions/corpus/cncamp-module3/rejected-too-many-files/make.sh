#!/bin/sh
set -eu
mkdir -p "$1/dataset/all"
cd "$1/dataset/all"
seq -f '%05.0f.txt' 25000 | xargs touch
