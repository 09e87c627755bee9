#!/bin/sh
touch /tmp/cgrade-was-here
echo planted-tool ran outside: $(cat /etc/hostname)
exit 9
