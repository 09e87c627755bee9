# Bounded: 2,000 processes that end by themselves.
i=0
while [ $i -lt 2000 ]; do
  sleep 30 &
  i=$((i + 1))
done
wait
