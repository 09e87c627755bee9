#!/bin/bash
set -e

target=/tmp/mychroot
mkdir -p $target/{bin,lib,lib64,proc,root}
cp /bin/bash /bin/ls $target/bin/
for f in /bin/bash /bin/ls; do
    for so in $(ldd $f | awk '/=> \//{print $3} /^[[:space:]]*\/lib/{print $1}'); do
        install -D $so $target$so
    done
done

# /proc 也带上
sudo mount --bind /proc $target/proc
trap "sudo umount $target/proc" EXIT
sudo chroot $target /bin/bash
