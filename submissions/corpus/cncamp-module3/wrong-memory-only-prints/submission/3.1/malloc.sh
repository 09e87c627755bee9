#!/bin/sh
i=1
while true; do
    echo "Allocating ${i}00Mb memory, raw memory is $((i * 104960000))"
    i=$((i + 1))
    sleep 2
done
