#!/bin/sh
set -eu
mkfifo "$1/go.mod"
truncate -s 1T "$1/core"
