#!/usr/bin/env bash
JAIL=/opt/cncamp/jail
echo "create $JAIL"
sudo mkdir -p $JAIL/{bin,lib/x86_64-linux-gnu,lib64,usr}
sudo cp /bin/ls /bin/bash $JAIL/bin
sudo ln -s ../bin $JAIL/usr/bin
for lib in `ldd /bin/ls /bin/bash | egrep -o '/lib.*\.[0-9]' | sort -u`; do
  sudo cp $lib $JAIL$lib
done
cd $JAIL
sudo chroot . /bin/bash
