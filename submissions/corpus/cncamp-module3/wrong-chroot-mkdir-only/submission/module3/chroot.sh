#!/bin/bash
export path=/tmp/mypath
mkdir -p $path
mkdir -p $path/{bin,lib/x86_64-linux-gnu,lib64,etc,var}
chroot $path /bin/bash
