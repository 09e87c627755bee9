#!/bin/bash
set -e
mkdir -p /tmp/busybox-rootfs
docker pull busybox
docker create --name rootfs-demo busybox
docker export rootfs-demo -o /tmp/busybox-rootfs.tar
docker rm rootfs-demo
tar -xf /tmp/busybox-rootfs.tar -C /tmp/busybox-rootfs
ls /tmp/busybox-rootfs
chroot /tmp/busybox-rootfs /bin/sh
