#!/bin/sh
echo starting httpserver
exec /httpserver
