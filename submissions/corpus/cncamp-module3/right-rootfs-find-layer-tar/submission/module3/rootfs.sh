#!/bin/bash
# 通过解压容器镜像获取 rootfs
set -e
dest=/tmp/busybox

docker pull busybox
docker image save busybox -o /tmp/busybox.tar
mkdir -p $dest/image $dest/rootfs
tar -xf /tmp/busybox.tar -C $dest/image
for layer in $(find $dest/image -name layer.tar); do
    echo "unpack $layer"
    tar -xf $layer -C $dest/rootfs
done
ls $dest/rootfs
chroot $dest/rootfs /bin/sh
