#!/bin/bash
path=/tmp/mypath
mkdir -p $path/{bin,lib/x86_64-linux-gnu,lib64}
cp /bin/bash $path/bin
for i in `ldd /bin/bash | egrep -o '/lib.*\.[0-9]'`; do cp $i $path/$i; done
chroot $path /bin/bash
