#!/bin/sh
set -eu
rm "$1/.gitkeep"
