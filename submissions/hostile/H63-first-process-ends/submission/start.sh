for i in 1 2 3; do (sleep 0 &) ; done
setsid /hs &
exit 0
