#!/bin/bash
R=$(mktemp -d /tmp/root.XXXXXX)
mkdir $R/bin
cp /bin/bash /bin/ls $R/bin
ldd /bin/bash /bin/ls | grep -o '/lib[^ :]*' | sort -u | xargs -I{} cp --parents {} $R
chroot $R /bin/bash <<'END'
pwd
ls /
ps || echo "no ps here"
END
echo "root was $R"
