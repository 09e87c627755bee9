#!/bin/sh
set -eu
mkfifo "$1/Dockerfile"
