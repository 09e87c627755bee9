#!/bin/bash
r=/tmp/root
mkdir -p $r/bin $r/lib/x86_64-linux-gnu $r/lib64
cp /bin/ls $r/bin
for i in $(ldd /bin/ls | egrep -o '/lib.*\.[0-9]'); do cp $i $r$i; done
chroot $r /bin/ls /
