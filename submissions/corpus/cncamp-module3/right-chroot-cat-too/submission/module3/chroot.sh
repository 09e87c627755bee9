#!/bin/bash
path=/tmp/mypath
mkdir -p $path/{bin,lib/x86_64-linux-gnu,lib64,etc}
# 除了 bash 和 ls 再加一个 cat
cp -vf /bin/{bash,ls,cat} $path/bin
for cmd in bash ls cat; do
    list=$(ldd /bin/$cmd | egrep -o '/lib.*\.[0-9]')
    for i in $list; do cp -f $i $path/$i; done
done
echo "hello from chroot" > $path/etc/motd
chroot $path /bin/bash
