trap '' TERM INT HUP QUIT
/hs &
while kill -0 $!; do sleep 1; done
