docker pull busybox
docker image save busybox -o busybox.tar
mkdir -p /tmp/chengzw/busybox
tar -xf busybox.tar -C /tmp/chengzw/busybox/
cd /tmp/chengzw/busybox/2461e071255f4a5cc48606b1b674e9113f7595485867bcc837e24d9ee13ef06b
# layer 目录存放的是运行时文件系统包，解压 layer 文件
tar -xf layer.tar
ls
chroot /tmp/chengzw/busybox/2461e071255f4a5cc48606b1b674e9113f7595485867bcc837e24d9ee13ef06b /bin/sh
