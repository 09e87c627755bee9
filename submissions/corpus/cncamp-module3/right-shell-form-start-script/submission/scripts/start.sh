#!/bin/bash
# 启动脚本

APP=httpserver
cd `dirname $0`
echo "APP_HOME is $APP_HOME"
echo "VERSION is ${VERSION:=not-set}"
export VERSION
export HTTP_PORT=${HTTP_PORT:-8080}

./bin/$APP
echo "$APP exit code $?"
