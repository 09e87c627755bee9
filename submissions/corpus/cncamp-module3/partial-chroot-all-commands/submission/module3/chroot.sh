#!/bin/bash
path=/tmp/mypath
mkdir -p $path/{lib/x86_64-linux-gnu,lib64,etc}
# 省事, 全部拷贝
cp -rL /bin $path/
cp -L /lib/x86_64-linux-gnu/*.so* $path/lib/x86_64-linux-gnu/
cp -L /lib64/* $path/lib64/
chroot $path /bin/bash
