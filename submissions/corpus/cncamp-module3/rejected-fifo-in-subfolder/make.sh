#!/bin/sh
set -eu
mkdir -p "$1/tmp/run"
mkfifo "$1/tmp/run/httpserver.pipe"
