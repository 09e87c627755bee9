#!/bin/bash
set -e
docker pull busybox
docker image save busybox -o busybox.tar
mkdir -p /tmp/busybox/oci /tmp/busybox/rootfs
tar -xf busybox.tar -C /tmp/busybox/oci
cd /tmp/busybox

blob() { echo "oci/blobs/${1/://}"; }

# docker 25 以后是 OCI layout
manifest=$(blob "$(jq -r '.manifests[0].digest' oci/index.json)")
if [ "$(jq -r 'has("manifests")' "$manifest")" = true ]; then
    manifest=$(blob "$(jq -r '.manifests[0].digest' "$manifest")")
fi
jq -r '.layers[].digest' "$manifest" | while read -r digest; do
    tar -xf "$(blob "$digest")" -C rootfs
done
ls rootfs
chroot rootfs /bin/sh
