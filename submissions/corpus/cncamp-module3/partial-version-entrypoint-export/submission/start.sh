#!/bin/sh
# 配置环境变量
export VERSION=v1.2.0
exec /app/httpserver
