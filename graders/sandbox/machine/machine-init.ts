/** Seconds that our own commands get; emulation is ten times slower than the machine itself. */
export const prepareSeconds = 120
export const observeSeconds = 90
/** A script gets up to so many times its seconds where the machine is that slow. */
export const slowestTimes = 8
/** Of what a script prints, and of what `observe` prints; more is cut in the middle. */
export const outputBytes = 64 * 1024

const v1Controllers = ['memory', 'pids', 'cpu,cpuacct', 'cpuset', 'blkio', 'devices', 'freezer']

const mountVersion1 = `mount -t tmpfs -o mode=755 cgroup /sys/fs/cgroup
for name in ${v1Controllers.join(' ')}; do
  mkdir "/sys/fs/cgroup/$name" && mount -t cgroup -o "$name" "$name" "/sys/fs/cgroup/$name"
done
ln -s cpu,cpuacct /sys/fs/cgroup/cpu
slice=/sys/fs/cgroup/pids/user.slice`

const mountVersion2 = `mount -t cgroup2 -o nsdelegate cgroup2 /sys/fs/cgroup
for name in cpu cpuset io memory pids; do echo "+$name" >/sys/fs/cgroup/cgroup.subtree_control; done
slice=/sys/fs/cgroup/user.slice`

/**
 * The first process of the machine: it mounts what a Debian has, runs the order, and tells what was seen over the second
 * serial port, in lines that begin with a word which only it knows. It stays in the first root file system, with a busybox
 * of its own; the script's is mounted beside it, so that \`rm -rf /\` takes nothing from us. The kernel lets nobody kill it.
 */
export function writeInit(cgroup: 1 | 2): string {
  return `#!/bin/busybox sh
/bin/busybox --install -s /bin
export PATH=/bin
mkdir -p /proc /sys /dev /state /seen
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev
stty -F /dev/ttyS1 raw -echo
exec 3>/dev/ttyS1
read -r marker </order/marker
rm /order/marker
tell() { echo "$marker $*" >&3; }
tell booted

echo 4194304 >/proc/sys/kernel/pid_max
echo 0 >/proc/sys/kernel/sysrq
hostname cgrade
ip link set lo up
for module in /modules/*; do insmod "$module"; done
mount -t tmpfs -o size=1m state /state
mount -t tmpfs -o size=1m seen /seen
${cgroup === 1 ? mountVersion1 : mountVersion2}
# So many processes of the script leave room for ours.
mkdir "$slice"
echo 1000 >"$slice/pids.max"

mount --bind /student /student
cd /student
mount -t proc proc proc
mount -t sysfs sysfs sys
mount -o rbind /sys/fs/cgroup sys/fs/cgroup
mount --bind /dev/null proc/sysrq-trigger
mount -t tmpfs -o size=1m,mode=755 dev dev
mkdir dev/pts dev/shm
mount -t devpts -o newinstance,ptmxmode=666 devpts dev/pts
mount -t tmpfs -o size=32m,mode=1777 shm dev/shm
mknod -m 666 dev/null c 1 3; mknod -m 666 dev/zero c 1 5; mknod -m 666 dev/full c 1 7
mknod -m 666 dev/random c 1 8; mknod -m 666 dev/urandom c 1 9; mknod -m 666 dev/tty c 5 0
ln -s pts/ptmx dev/ptmx; ln -s /proc/self/fd dev/fd
ln -s /proc/self/fd/0 dev/stdin; ln -s /proc/self/fd/1 dev/stdout; ln -s /proc/self/fd/2 dev/stderr
cd /

. /order/settings
# Emulated, all this takes four seconds; where it took longer, this machine is short of time, and so is the script.
now() { read -r up _ </proc/uptime; up=\${up%.*}; }
now; slow=$((up / 5))
[ "$slow" -ge 1 ] || slow=1
[ "$slow" -le ${slowestTimes} ] || slow=${slowestTimes}
setsid sh /order/enter "$slice" </order/stdin >/state/output 2>&1 3>&- &
child=$!

lives() {
  # Ended, and waiting to be asked for its exit code: state Z.
  { read -r line <"/proc/$child/stat"; } 2>/dev/null || return 1
  case "$line" in *') Z '*) return 1 ;; esac
}
# Our \`sleep\` also reaps what the script has left without a parent.
await() {
  now; until=$((up + $1))
  while lives && ! [ -e "$2" ]; do
    now; [ "$up" -lt "$until" ] || return 1
    sleep 0.1
  done
}
ship() {
  size=$(wc -c <"$2")
  tell "begin $1"
  if [ "$size" -gt ${outputBytes} ]; then
    head -c ${outputBytes - 16384} "$2"
    printf '\\n[... %s bytes left out ...]\\n' $((size - ${outputBytes - 256}))
    tail -c ${16384 - 256} "$2"
  else
    cat "$2"
  fi | base64 >&3
  tell "end $1"
}
# What was written to the port is still on its way; who reads it ends the machine.
finish() { tell done; sleep 60; poweroff -f; }

await ${prepareSeconds} /state/prepared
if ! [ -e /state/prepared ]; then
  ship unprepared /state/scene
  finish
fi
tell "prepared $slow"
if await $((seconds * slow)) /state/never; then
  wait "$child"
  tell "exited $?"
else
  kill -9 "-$child"
  tell timeout
fi
timeout -s KILL ${observeSeconds} sh /order/observe </dev/null >/seen/observed 2>&1 3>&-
ship output /state/output
ship observed /seen/observed
finish
`
}

/** Between the first process and the script: into a root and a mount namespace of its own, then our scene, then the script. */
export const enterScript = `echo 0 >"$1/cgroup.procs"
exec unshare -m sh /order/inside
`
export const insideScript = `cd /student
mount --move . /
if ! chroot . /bin/sh -e /run/scene </dev/null >/state/scene 2>&1; then exit 1; fi
rm -f run/scene
. /order/command
>/state/prepared
exec chroot . /usr/bin/setpriv --bounding-set=-sys_boot,-sys_module,-sys_rawio \\
  /usr/bin/env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \\
  HOME=/root USER=root SHELL=/bin/bash LANG=C.UTF-8 TERM=dumb \\
  /bin/sh -c 'cd /work && exec "$@"' sh "$@"
`
