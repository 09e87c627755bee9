#!/bin/sh
set -eu
ln -s ../../sibling/src "$1/src"
