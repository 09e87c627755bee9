set -e
case "$1" in
  run) exec httpserver ;;
  *) exec "$@" ;;
esac
