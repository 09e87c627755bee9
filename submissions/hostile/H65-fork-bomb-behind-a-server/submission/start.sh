# Bounded: a process of its own tries 2,000 times, and 100 stay.
(i=0; while [ $i -lt 2000 ]; do sh -c "sleep 40" & i=$((i + 1)); done) 2>/dev/null &
sleep 1
exec /hs
