import { notesFolder } from './stand-in-commands.ts'

/** What the stand-in for `docker` hands out. */
export const savedImagePath = `${notesFolder}/image.tar`
export const exportedPath = `${notesFolder}/rootfs.tar`

/**
 * A `docker` for scripts that save an image and unpack it: it has one image, whatever it is called, answers what such scripts
 * ask for out of its archive, and runs no container.
 */
export const standInDocker = `#!/bin/sh
image=${savedImagePath}
rootfs=${exportedPath}
id=$(/usr/bin/sha256sum < "$rootfs" | /usr/bin/cut -c 1-64)

say() { echo "docker: $*" >&2; }

# Options before the command.
while :; do
  case \${1-} in
    -H | --host | -c | --context | --config | -l | --log-level) shift 2 || exit 1 ;;
    -v | --version) set -- version; break ;;
    -*) shift ;;
    *) break ;;
  esac
done
case \${1-} in
  image | container | system | builder | buildx) shift ;;
  images) shift; set -- ls "$@" ;;
esac
command=\${1-help}
[ $# -eq 0 ] || shift

output= detached= format= quiet= names=
while [ $# -gt 0 ]; do
  case $1 in
    -o | --output) output=\${2-}; shift 2 || exit 1; continue ;;
    --output=*) output=\${1#*=} ;;
    -o?*) output=\${1#-o} ;;
    -f | --format | --filter) format=\${2-}; shift 2 || exit 1; continue ;;
    --format=* | --filter=*) format=\${1#*=} ;;
    --name | --platform | -t | --tag | -v | -p | -e | --entrypoint | -w) shift 2 || exit 1; continue ;;
    --detach | -d | -[it]*d*) detached=yes ;;
    -q | -aq | -qa | --quiet) quiet=yes ;;
    -) names="$names -" ;;
    -*) ;;
    *) names="$names $1" ;;
  esac
  shift
done
set -f
set -- $names
set +f

give() {
  if [ -n "$output" ]; then exec /usr/bin/cp -- "$1" "$output"; fi
  if [ -t 1 ]; then say 'cowardly refusing to save to a terminal. Use the -o flag or redirect'; exit 1; fi
  exec /usr/bin/cat -- "$1"
}

case $command in
  pull)
    [ $# -gt 0 ] || { say '"docker pull" requires exactly 1 argument.'; exit 1; }
    name=$1
    case \${name##*/} in *:*) ;; *) echo 'Using default tag: latest'; name=$name:latest ;; esac
    echo "\${name##*:}: Pulling from library/\${1%%:*}"
    echo "Digest: sha256:$id"
    echo "Status: Downloaded newer image for $name"
    echo "docker.io/library/$name"
    ;;
  save) [ $# -gt 0 ] || { say '"docker save" requires at least 1 argument.'; exit 1; }; give "$image" ;;
  export) [ $# -gt 0 ] || { say '"docker export" requires exactly 1 argument.'; exit 1; }; give "$rootfs" ;;
  create) echo "$id" ;;
  run)
    [ -z "$detached" ] || { echo "$id"; exit 0; }
    say 'no container runs in this sandbox; pull, save, create, export and cp work'
    ;;
  cp)
    source=\${1-} target=\${2-}
    case $source in
      *:*) ;;
      *) say 'only copying out of a container works in this sandbox'; exit 1 ;;
    esac
    path=\${source#*:}
    if [ "$target" = - ]; then exec /usr/bin/cat "$rootfs"; fi
    unpacked=$(/usr/bin/mktemp -d) || exit 1
    /usr/bin/tar -xf "$rootfs" -C "$unpacked" || exit 1
    case $path in
      / | */.) /usr/bin/mkdir -p -- "$target" && /usr/bin/cp -a -- "$unpacked/$path/." "$target" ;;
      *) /usr/bin/cp -a -- "$unpacked/$path" "$target" ;;
    esac
    status=$?
    /usr/bin/rm -rf -- "$unpacked"
    exit $status
    ;;
  ls)
    if [ -n "$quiet" ]; then echo "$id" | /usr/bin/cut -c 1-12; exit 0; fi
    echo 'REPOSITORY   TAG       IMAGE ID       CREATED       SIZE'
    echo "\${1:-busybox}      latest    $(echo "$id" | /usr/bin/cut -c 1-12)   2 weeks ago   2.1MB"
    ;;
  inspect)
    case $format in
      *Id*) echo "sha256:$id" ;;
      *Layers*) echo "[sha256:$id]" ;;
      ?*) echo ;;
      *) echo "[{\\"Id\\": \\"sha256:$id\\", \\"RepoTags\\": [\\"\${1:-busybox}:latest\\"], \\"Os\\": \\"linux\\", \\"RootFS\\": {\\"Type\\": \\"layers\\", \\"Layers\\": [\\"sha256:$id\\"]}}]" ;;
    esac
    ;;
  ps) echo 'CONTAINER ID   IMAGE     COMMAND   CREATED   STATUS    PORTS     NAMES' ;;
  version) echo 'Docker version 20.10.24, build 297e128' ;;
  info | history | tag | load | import | rm | rmi | stop | start | kill | wait | login | logout | push | build | prune) ;;
  *) say "'$command' does nothing in this sandbox" ;;
esac
`
