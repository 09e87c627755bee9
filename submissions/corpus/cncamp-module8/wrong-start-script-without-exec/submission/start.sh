#!/bin/sh
echo "info preparing"
python3 /server.py
echo "info the server has ended"
