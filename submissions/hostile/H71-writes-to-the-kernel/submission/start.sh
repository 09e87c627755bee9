for file in /proc/sys/kernel/core_pattern /proc/sysrq-trigger /proc/sys/kernel/hostname /proc/sys/vm/drop_caches \
  /proc/sys/net/ipv4/ip_forward /sys/kernel/uevent_helper /sys/kernel/mm/transparent_hugepage/enabled; do
  if [ -e $file ] && (echo 1 > $file) 2>/dev/null; then echo "wrote $file"; exit 7; fi
done
[ "$(ulimit -Hc)" = 0 ] || exit 8
sh -c 'kill -SEGV $$'
ls /core* 2>/dev/null && exit 9
exec /hs
