for folder in /v*; do dd if=/dev/zero of=$folder/some bs=1M count=1 2>/dev/null; done
exec /hs
