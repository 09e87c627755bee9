#!/bin/sh
# 建立 chroot 所需的目录
export path=/tmp/mypath
mkdir -p $path
mkdir -p $path/{bin,lib/x86_64-linux-gnu,lib64,etc,var}

# 拷贝所需命令都目录里
cp -vf /bin/{bash,ls} $path/bin

# 拷贝依赖库
list=`ldd /bin/ls | egrep -o '/lib.*\.[0-9]'`
for i in $list; do sudo cp -vf $i $path/$i; done
list=`ldd /bin/bash | egrep -o '/lib.*\.[0-9]'`
for i in $list; do sudo cp -vf $i $path/$i; done

# chroot 进入环境，只能执行 ls 和 bash 命令
chroot $path /bin/bash
