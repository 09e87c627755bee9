head -c 100000000 /dev/zero | tr '\0' x
echo
exec /hs
