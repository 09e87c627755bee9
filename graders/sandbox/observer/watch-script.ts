/**
 * Reads the kernel's facts for an observer: `sh` of any Linux, dash or busybox, on the host or in a container of ours. It
 * answers one request per line, `<token> <word> <argument>`, with bounded text of the kernel's, then `end <token>`; what the
 * text means is decided in TypeScript. Its arguments are the cgroup version and driver.
 */
export const watchScript = `
trap '' INT HUP PIPE
# sudo sets what it likes, and in other locales grep shows no line with the odd bytes of a name.
export LC_ALL=C
version=$1 driver=$2
top=/sys/fs/cgroup
most=64
memory=$top/memory
stats='total_cache|total_shmem|total_rss'
files='usage_in_bytes max_usage_in_bytes limit_in_bytes failcnt memsw.failcnt swappiness oom_control stat'
if [ "$version" = 2 ]; then
  memory=$top
  stats='anon|file|shmem'
  files='current peak max swap.max events stat'
fi
facts="^(-?[0-9]+|max)\\$|^(oom_kill_disable|under_oom|oom|oom_kill|oom_group_kill|max|$stats) "

read_group() (
  cd "$1" || exit
  echo here
  set -- $2
  for file in $files; do set -- "$@" "memory.$file"; done
  exec grep -HsE "$facts" "$@"
)

list_groups() {
  find "$1" -mindepth 1 -type d | head -n $most | while IFS= read -r folder; do
    printf 'group %s\\n' "\${folder#"$1"/}"
    read_group "$folder" cgroup.procs
  done
}

list_processes() {
  group=$1
  set --
  [ -r "$group/cgroup.procs" ] || return
  while [ $# -lt $most ] && read -r pid; do set -- "$@" "/proc/$pid/status"; done <"$group/cgroup.procs"
  [ $# = 0 ] || grep -HsE '^(Name|VmData|VmRSS):' "$@"
}

# The name of a process may hold anything, newlines and brackets too; what follows the last bracket is numbers.
show_start() {
  stat=$(tr '\\n' ' ' <"/proc/$1/stat")
  set -- \${stat##*) }
  [ $# -lt 20 ] || echo "started \${20}"
}

show_addresses() {
  show_start "$1"
  said=$(nsenter -t "$1" -n ip -j addr | head -c 60000)
  case $said in '['*) ;; *) said=$(nsenter -t "$1" -n ip -o addr | head -n 200) ;; esac
  [ -n "$said" ] || said="refused $(nsenter -t "$1" -n ip -o addr 2>&1 >/dev/null | head -n 1)"
  printf '%s\\n' "$said"
  show_start "$1"
}

answer() {
  case $1 in
    group-of) grep -sE '^0::|^[0-9]+:([^:]*,)?memory(,[^:]*)?:' "/proc/$2/cgroup" ;;
    memory) read_group "$2" ;;
    groups) list_groups "$2" ;;
    processes) list_processes "$2" ;;
    root) readlink -n "/proc/$2/root" | tr '\\n' '?' && echo ;;
    addresses) show_addresses "$2" ;;
    hierarchy) ls "$top/cgroup.controllers" "$top/memory/memory.limit_in_bytes" ;;
    parent-of) grep -s '^PPid:' "/proc/$2/status" ;;
    *) keep "$@" ;;
  esac
}

keep() { :; }
end() { :; }
`

/** Comes last: answers until its input ends. */
export const answerLoop = `
while IFS= read -r line; do
  token=\${line%% *} line=\${line#* }
  answer "\${line%% *}" "\${line#* }" </dev/null 2>/dev/null
  echo "end $token"
done
end 2>/dev/null
`
