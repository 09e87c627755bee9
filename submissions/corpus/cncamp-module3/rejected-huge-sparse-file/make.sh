#!/bin/sh
set -eu
# A hole: only the size is large.
truncate -s 8G "$1/core.dump"
