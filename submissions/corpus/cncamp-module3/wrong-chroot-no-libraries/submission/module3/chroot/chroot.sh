#!/bin/bash
JAIL=/tmp/jail
mkdir -p $JAIL/bin $JAIL/etc
cp /bin/bash $JAIL/bin/
cp /bin/ls $JAIL/bin/
chroot $JAIL /bin/bash -c "ls /"
