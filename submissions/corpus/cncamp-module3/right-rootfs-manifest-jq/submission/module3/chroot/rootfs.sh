#!/bin/bash
set -euo pipefail
# 通过镜像获取 rootfs, 层的顺序以 manifest.json 为准
image=${1:-busybox}
out=${2:-/tmp/rootfs}

docker pull "$image"
docker image save "$image" -o /tmp/image.tar
mkdir -p /tmp/image "$out"
tar -xf /tmp/image.tar -C /tmp/image
jq -r '.[0].Layers[]' /tmp/image/manifest.json | while read -r layer; do
    tar -xf "/tmp/image/$layer" -C "$out"
done
chroot "$out" /bin/ls /
