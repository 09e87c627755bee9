#!/bin/bash
docker pull busybox
docker image save busybox -o /tmp/busybox.tar
mkdir -p /tmp/bb/image /tmp/bb/root
tar -xf /tmp/busybox.tar -C /tmp/bb/image
for blob in /tmp/bb/image/blobs/sha256/*; do
    if tar -tf $blob > /dev/null 2>&1; then
        echo "layer: $blob"
        tar -xf $blob -C /tmp/bb/root
    fi
done
chroot /tmp/bb/root /bin/sh
