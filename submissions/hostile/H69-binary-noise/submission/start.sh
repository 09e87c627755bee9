head -c 1000000 /dev/urandom
head -c 1000000 /dev/zero >&2
printf '\n\303'
printf '\n\342\202' >&2
echo; echo >&2
exec /hs
