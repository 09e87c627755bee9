#!/bin/bash
set -eu
new=/tmp/chroot-demo
mkdir -p $new
for prog in /bin/bash /bin/ls; do
    cp -v --parents $prog $new
    cp -v --parents $(ldd $prog | grep -oE '/\S+') $new
done
find $new -type f
chroot $new /bin/bash
