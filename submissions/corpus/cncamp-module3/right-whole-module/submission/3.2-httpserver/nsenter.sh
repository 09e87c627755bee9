#!/bin/sh
# ./nsenter.sh <pid>
exec nsenter -t "${1:?pid}" -n ip addr show eth0
