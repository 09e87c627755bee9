#!/bin/bash
set -e
work=$(mktemp -d)
cd "$work"
docker pull busybox
docker save busybox | tar -x
mkdir rootfs
# manifest.json lists the layers in order, on old and new engines
for layer in $(jq -r '.[0].Layers[]' manifest.json); do
    tar -xf "$layer" -C rootfs
done
ls rootfs
chroot rootfs /bin/sh
