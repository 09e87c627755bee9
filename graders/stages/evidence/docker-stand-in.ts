import { createHash } from 'node:crypto'

/** A `docker` for scripts that look the process up themselves. It knows one container, which runs; all that makes or moves images succeeds and does nothing. */
export function writeDockerStandIn(pid: number, name: string, rest: string[]): string {
  const id = createHash('sha256').update(name).digest('hex')
  const command = [`/bin/${name}`, ...rest].join(' ')
  return `#!/bin/sh
id=${id}
short=${id.slice(0, 12)}
[ "$1" != container ] || shift
command=$1
[ $# -eq 0 ] || shift
format= quiet= silent=
while [ $# -gt 0 ]; do
  case "$1" in
    -f | --format) format=$2; shift ;;
    -f=* | --format=*) format=\${1#*=} ;;
    -q | --quiet | -*q | -q*) quiet=1 ;;
  esac
  shift
done
fill() {
  printf '%s\\n' "$format" | sed -e 's/{{ *\\.State\\.Pid *}}/${pid}/g' -e "s/{{ *\\.I[Dd] *}}/$1/g" \\
    -e 's/{{ *\\.Names\\{0,1\\} *}}/${name}/g' -e 's/{{ *\\.Image *}}/${name}:v1/g' -e 's/{{[^}]*}}//g' -e 's/\\\\t/\\t/g' -e 's/^table //'
}
case "$command" in
  inspect)
    if [ -n "$format" ]; then fill "$id"; exit; fi
    cat <<end
[
    {
        "Id": "$id",
        "Name": "/${name}",
        "State": {
            "Status": "running",
            "Running": true,
            "Pid": ${pid},
            "ExitCode": 0
        },
        "Config": {
            "Image": "${name}:v1"
        }
    }
]
end
    ;;
  ps | ls)
    if [ -n "$quiet" ]; then echo "$short"; exit; fi
    if [ -n "$format" ]; then fill "$short"; exit; fi
    echo 'CONTAINER ID   IMAGE   COMMAND   CREATED   STATUS   PORTS   NAMES'
    echo "$short   ${name}:v1   \\"${command}\\"   2 minutes ago   Up 2 minutes   0.0.0.0:8080->8080/tcp   ${name}"
    ;;
  run | create | start | restart) echo "$id" ;;
  top)
    echo 'UID   PID   PPID   C   STIME   TTY   TIME   CMD'
    echo 'root   ${pid}   1   0   06:15   ?   00:00:00   ${command}'
    ;;
  exec) echo 'OCI runtime exec failed: exec failed: executable file not found in $PATH: unknown' >&2; exit 126 ;;
esac
`
}
