#!/bin/sh
echo "info preparing"
exec python3 /server.py
