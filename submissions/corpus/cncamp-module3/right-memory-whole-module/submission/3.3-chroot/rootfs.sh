#!/bin/bash
mkdir -p /tmp/bb/image /tmp/bb/rootfs
docker pull busybox
docker image save busybox -o /tmp/bb/busybox.tar
tar -xf /tmp/bb/busybox.tar -C /tmp/bb/image
for layer in $(jq -r '.[].Layers[]' /tmp/bb/image/manifest.json); do
    tar -xf /tmp/bb/image/$layer -C /tmp/bb/rootfs
done
chroot /tmp/bb/rootfs /bin/sh
