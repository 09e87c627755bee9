# Bounded: 900 MiB.
i=0
while [ $i -lt 30 ]; do dd if=/dev/zero of=/full$i bs=1M count=30 2>/dev/null; i=$((i + 1)); done
sleep 20
