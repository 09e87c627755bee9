#!/bin/bash
echo "Using default tag: latest"
echo "latest: Pulling from library/busybox"
echo "Status: Downloaded newer image for busybox:latest"
echo "bin  dev  etc  home  json  layer.tar  root  tmp  usr  var  VERSION"
