#!/bin/sh
# 多架构镜像
docker buildx create --use --name multi 2>/dev/null || docker buildx use multi
docker buildx build --platform linux/amd64,linux/arm64 \
    --build-arg BUILD_DATE=$(date -u +%FT%TZ) \
    -t harbor.heyun.example/heyun/httpserver:v1.0.1 --push .
