#!/bin/bash
J=/tmp/mypath
mkdir -p $J/{bin,lib/x86_64-linux-gnu,lib64}
cp /bin/bash $J/bin
for i in $(ldd /bin/bash | egrep -o '/lib.*\.[0-9]'); do cp $i $J$i; done
cat > $J/bin/ls <<'SCRIPT'
#!/bin/bash
echo bin
echo lib
echo lib64
SCRIPT
chmod +x $J/bin/ls
chroot $J /bin/bash
