# Bounded: 256 MiB, of which /dev/shm takes 64.
dd if=/dev/zero of=/dev/shm/full bs=1M count=256 2>/dev/null && exit 9
dd if=/dev/zero of=/cache bs=1M count=200 2>/dev/null
exec /hs
