echo listening on 8080
sleep 2
exit 3
