#!/bin/bash
export path=${1:-/tmp/mypath}
mkdir -p $path/{bin,lib/x86_64-linux-gnu,lib64,etc,var}
cp -f /bin/{bash,ls} $path/bin
for b in /bin/ls /bin/bash; do
  for l in $(ldd $b | grep -E -o '/lib.*\.[0-9]+'); do
    mkdir -p $path$(dirname $l)
    cp -fL $l $path$l
  done
done
chroot $path /bin/bash -c "${2:-ls /}"
