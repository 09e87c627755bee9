#!/bin/bash
docker pull busybox
docker image save busybox -o busybox.tar
mkdir -p /tmp/busybox
tar -xf busybox.tar -C /tmp/busybox
cd /tmp/busybox
ls
chroot /tmp/busybox /bin/sh
