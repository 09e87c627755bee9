#!/bin/sh
set -eu
for name in a b c; do truncate -s 90M "$1/video-$name.mp4"; done
