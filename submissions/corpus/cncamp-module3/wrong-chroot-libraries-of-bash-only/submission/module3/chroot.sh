#!/bin/bash
export path=/tmp/mypath
mkdir -p $path/{bin,lib/x86_64-linux-gnu,lib64}
cp -v /bin/{bash,ls} $path/bin
list=`ldd /bin/bash | egrep -o '/lib.*\.[0-9]'`
for i in $list; do sudo cp -v $i $path/$i; done
chroot $path /bin/bash
