#!/bin/sh
# One submission, as a shell loop would do it: shell-loop.sh <scope> <id> <folder> <port> <words that /healthz answers>
set -eu
scope=$1 id=$2 folder=$3 port=$4
shift 4
name=$scope-shell-$id

docker build -q -t "$name" "$folder" >/dev/null
docker run -d --name "$name" "$name" >/dev/null
address=$(docker inspect -f '{{.NetworkSettings.IPAddress}}' "$name")
answer=$(curl -fsS --retry 50 --retry-delay 0 --retry-connrefused "http://$address:$port/healthz")
docker rm -f "$name" >/dev/null
docker rmi -f "$name" >/dev/null
[ "$answer" = "$*" ] || exit 1
echo "ok $id"
