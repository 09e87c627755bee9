#!/bin/bash
cd /tmp
mkdir -p bundle/rootfs && cd bundle
docker pull busybox:latest
docker save -o busybox.tar busybox:latest
tar xf busybox.tar
layers=$(grep -o '"Layers": *\[[^]]*\]' manifest.json | sed 's/"Layers"://; s/[][",]/ /g')
echo "layers: $layers"
for l in $layers; do tar xf $l -C rootfs; done
chroot rootfs sh
