#!/bin/bash
mkdir -p $path/{bin,lib/x86_64-linux-gnu,lib64,etc,var}
cp -vf /bin/{bash,ls} $path/bin
list=`ldd /bin/ls /bin/bash | egrep -o '/lib.*\.[0-9]'`
for i in $list; do sudo cp -vf $i $path/$i; done
chroot $path/ /bin/bash
