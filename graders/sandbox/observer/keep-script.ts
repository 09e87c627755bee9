/**
 * Makes and removes cgroups of ours: what a keeper's script has beside `watchScript`. A group is named after the keeper's own
 * process and is removed when the keeper's input ends, so that a grader that was killed leaves none; at its start a keeper
 * removes the groups of those that were killed themselves.
 */
export const keepScript = `
opened=0
kept=

put() { echo "$1" >"$2" || trouble="$trouble $2"; }

# Another keeper may remove the folder above at the same moment.
make() { mkdir -p "$1" || mkdir -p "$1" || mkdir -p "$1" || trouble="$trouble $1"; }

set_caps() {
  if [ "$version" = 2 ]; then
    put "$2" "$1/memory.max"
    [ ! -e "$1/memory.swap.max" ] || put 0 "$1/memory.swap.max"
    put "$3" "$1/pids.max"
    put '+memory +pids' "$1/cgroup.subtree_control"
    make "$1/student"
    put 8 "$1/student/cgroup.max.depth"
    put 64 "$1/student/cgroup.max.descendants"
    put '+memory +pids' "$1/student/cgroup.subtree_control"
  else
    put "$2" "$1/memory.limit_in_bytes"
    [ ! -e "$1/memory.memsw.limit_in_bytes" ] || put "$2" "$1/memory.memsw.limit_in_bytes"
    [ ! -e "$1/memory.swappiness" ] || put 0 "$1/memory.swappiness"
    put "$3" "$top/pids/$name/pids.max"
    make "$1/student"
  fi
}

counts_below() {
  [ ! -e "$1/memory.use_hierarchy" ] || [ "$(cat "$1/memory.use_hierarchy")" = 1 ]
}

make_plain() {
  if [ "$version" = 2 ]; then
    put '+memory +pids' "$top/cgroup.subtree_control"
    make "$top/$name"
    put '+memory +pids' "$top/cgrade/cgroup.subtree_control"
  else
    # Old kernels take it while there is nothing below, and then pass it on.
    make "$top/memory/cgrade"
    counts_below "$top/memory/cgrade" || echo 1 >"$top/memory/cgrade/memory.use_hierarchy"
    make "$top/memory/$name"
    counts_below "$top/memory/$name" || trouble="$trouble $top/memory/$name/memory.use_hierarchy"
    make "$top/pids/$name"
  fi
}

# systemd undoes what was not asked of it.
make_slice() {
  systemctl start "$name" || trouble="$trouble $name"
  systemctl set-property --runtime "$name" MemoryAccounting=yes TasksAccounting=yes MemoryMax="$1" MemorySwapMax=0 \\
    TasksMax="$2" || trouble="$trouble $name"
  tries=0
  while [ ! -d "$memory/$name" ] && [ $tries -lt 50 ]; do sleep 0.1; tries=$((tries + 1)); done
}

open_subtree() {
  opened=$((opened + 1))
  trouble=
  if [ "$driver" = systemd ]; then
    name=cgrade_$$_\${opened}_$3.slice
    parent=$name
    kept="$kept $name"
    make_slice "$1" "$2"
  else
    name=cgrade/$$-$opened-$3
    parent=/$name
    kept="$kept $name"
    make_plain
  fi
  set_caps "$memory/$name" "$1" "$2"
  if [ -n "$trouble" ]; then
    close_subtree "$name"
    echo "refused$trouble is not ours to write"
  else
    printf '%s\\n' "opened $name" "parent $parent" "group $memory/$name"
  fi
}

# The engine makes the same group under every controller of cgroup v1 and removes its own below it, never ours.
find_places() {
  if [ "$version" = 2 ]; then set -- "$top/$1"; else set -- "$top"/*/"$1"; fi
  for place; do [ ! -d "$place" ] || echo "$place"; done
}

stop_slice() {
  systemctl stop "$1"
  rm -rf "/run/systemd/system.control/$1.d"
}

close_subtree() {
  for place in $(find_places "$1"); do
    [ ! -w "$place/pids.max" ] || echo 0 >"$place/pids.max"
    [ ! -w "$place/cgroup.kill" ] || echo 1 >"$place/cgroup.kill"
  done
  rounds=0
  while [ $rounds -lt 200 ]; do
    left=
    for place in $(find_places "$1"); do
      pids=$(find "$place" -name cgroup.procs -exec cat {} + | grep -E '^[1-9][0-9]*$' | head -n 500)
      [ -z "$pids" ] || kill -9 $pids
      case $place in
        *.slice) find "$place" -mindepth 1 -depth -type d -exec rmdir {} + ; stop_slice "$1" ;;
      esac
      find "$place" -depth -type d -exec rmdir {} +
      [ ! -d "$place" ] || left="$left $place"
    done
    [ -n "$left" ] || break
    [ $rounds -lt 20 ] || for place in $left; do remove_deep "$place"; done
    sleep 0.05
    rounds=$((rounds + 1))
  done
  rmdir "$top/cgrade" "$top"/*/cgrade
}

# Groups so deep that the path of the last is too long for find; each step goes one down, or removes one and goes up.
remove_deep() (
  cd "$1" || exit
  depth=0 steps=0
  while [ $steps -lt 4000 ]; do
    steps=$((steps + 1))
    below=
    for child in */ .[!.]*/ ..?*/; do
      [ ! -d "./$child" ] || rmdir "./$child" || { below=$child; break; }
    done
    if [ -n "$below" ]; then
      [ $depth -lt 5000 ] && cd -P "./$below" || exit
      depth=$((depth + 1))
    elif [ $depth -gt 0 ]; then
      cd -P .. || exit
      depth=$((depth - 1))
    else
      exit
    fi
  done
)

keep() {
  case $1 in
    open) open_subtree $2 ;;
    close) close_subtree "$2" ;;
    ability) show_ability ;;
  esac
}

show_ability() {
  if [ "$driver" = systemd ] && ! systemctl --version >/dev/null; then echo "lacks systemctl"; return; fi
  if [ "$version" = 2 ]; then set -- "$top"; else set -- "$top/memory" "$top/pids"; fi
  for hierarchy; do [ -w "$hierarchy" ] && [ -w "$hierarchy/cgroup.procs" ] || { echo "lacks $hierarchy"; return; }; done
  echo able
}

end() { for name in $kept; do close_subtree "$name"; done; }
trap 'end 2>/dev/null; exit 0' TERM

sweep() {
  for place in "$top"/cgrade/* "$top"/*/cgrade/* "$top"/cgrade_*.slice "$top"/*/cgrade_*.slice; do
    [ -d "$place" ] || continue
    name=\${place##*/}
    owner=\${name#cgrade_}
    owner=\${owner%%[-_]*}
    case $owner in '' | *[!0-9]*) continue ;; esac
    case $name in *[!a-zA-Z0-9_.-]*) continue ;; esac
    [ -d "/proc/$owner" ] && continue
    case $name in *.slice) close_subtree "$name" ;; *) close_subtree "cgrade/$name" ;; esac
  done
}
sweep 2>/dev/null
`
