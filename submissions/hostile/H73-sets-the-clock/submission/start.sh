date -s '2038-01-01 00:00:00' >/dev/null 2>&1
[ "$(date +%Y)" = 2038 ] && exit 7
exec /hs
