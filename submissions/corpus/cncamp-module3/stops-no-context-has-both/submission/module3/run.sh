#!/bin/sh
exec /app/httpserver
