#!/bin/bash
docker pull busybox
mkdir -p /tmp/busybox/{bin,dev,etc,home,root,tmp,usr,var}
touch /tmp/busybox/bin/{sh,ls,cat} /tmp/busybox/etc/passwd
chmod +x /tmp/busybox/bin/*
ls /tmp/busybox
chroot /tmp/busybox /bin/sh
