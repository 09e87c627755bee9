#!/bin/bash
path=/tmp/mypath
mkdir -p $path/bin
ln -s /bin/bash $path/bin/bash
ln -s /bin/ls $path/bin/ls
ln -s /lib $path/lib
ln -s /lib64 $path/lib64
ls -l $path $path/bin
chroot $path /bin/bash
