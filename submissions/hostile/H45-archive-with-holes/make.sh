cd "$1"
truncate -s 1T holes
tar --sparse -cf rootfs.tar holes
rm holes
