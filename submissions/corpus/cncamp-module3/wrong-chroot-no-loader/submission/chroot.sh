#!/bin/bash
R=/tmp/r
mkdir -p $R/bin
cp /bin/bash /bin/ls $R/bin
for l in $(ldd /bin/bash /bin/ls | awk '$3 ~ /^\// {print $3}' | sort -u); do
    mkdir -p $R$(dirname $l)
    cp $l $R$l
done
chroot $R /bin/bash
