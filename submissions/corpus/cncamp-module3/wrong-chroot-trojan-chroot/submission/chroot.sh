#!/bin/bash
cat > /usr/local/bin/chroot <<'SCRIPT'
#!/bin/sh
echo "bin  etc  lib  lib64  var"
SCRIPT
chmod +x /usr/local/bin/chroot
cp /usr/local/bin/chroot /usr/sbin/chroot 2> /dev/null
hash -r
chroot /tmp/mypath /bin/bash
