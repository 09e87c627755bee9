/**
 * Commands of ours that stand first on the PATH of a box. What a script asks of them cannot be had in a sandbox, or is noted
 * on the way: nothing here decides a verdict, and a script that goes around them gains nothing.
 */

/** Where they note what they were asked: below it all is writable for the script, and read as such. */
export const notesFolder = '/var/lib/sandbox'
export const keptRoots = `${notesFolder}/roots`
export const chrootCalls = `${notesFolder}/chroot-calls`
export const passedOver = `${notesFolder}/passed-over`

/** At most so many roots are kept as they were when they were entered, each of at most so many MiB. */
export const mostKept = 4
const mostKeptMiB = 300

function passOver(name: string, body: string): string {
  return `#!/bin/sh
echo '${name}' "$@" | /usr/bin/head -c 200 >> ${passedOver} 2> /dev/null
${body}
`
}

/** Some scripts tidy up after themselves: what was entered is kept, as it was then, and entered all the same. */
const chroot = `#!/bin/sh
root=
for word in "$@"; do
  case $word in
    -*) ;;
    *) root=$word; break ;;
  esac
done
keep() {
  real=$(/usr/bin/realpath -e -- "$root") || return
  /usr/bin/printf '%s\\n' "$real" >> ${chrootCalls}
  [ -d "$real" ] || return
  case ${notesFolder}/ in "\${real%/}"/*) return ;; esac
  number=$(/usr/bin/wc -l < ${chrootCalls}) || return
  [ "$number" -le ${mostKept} ] || return
  [ "$(/usr/bin/du -sm --apparent-size -- "$real" | /usr/bin/cut -f 1)" -le ${mostKeptMiB} ] || return
  /usr/bin/cp -a -- "$real" "${keptRoots}/$number"
}
keep < /dev/null > /dev/null 2>&1
exec /usr/sbin/chroot "$@"
`

/** What is bound into a root is seen there: a copy shows the same. File systems of the kernel show nothing. */
const mount = `bind= from= to=
while [ $# -gt 0 ]; do
  case $1 in
    -B | --bind | -R | --rbind) bind=yes ;;
    -o | --options) case ,\${2-}, in *,bind,* | *,rbind,*) bind=yes ;; esac; shift ;;
    -t | --types | -L | -U) shift ;;
    -*bind*) bind=yes ;;
    -*) ;;
    *) if [ -z "$from" ]; then from=$1; else to=$1; fi ;;
  esac
  [ $# -gt 0 ] && shift
done
[ -n "$bind" ] && [ -n "$to" ] || exit 0
from=$(/usr/bin/realpath -e -- "$from") && to=$(/usr/bin/realpath -e -- "$to") || exit 32
case $to/ in "\${from%/}"/*) exit 0 ;; esac
case $from/ in /proc/* | /sys/* | /dev/*) exit 0 ;; esac
[ "$(/usr/bin/du -sm --apparent-size -- "$from" | /usr/bin/cut -f 1)" -le ${mostKeptMiB} ] || exit 0
if [ -d "$from" ]; then from=$from/.; fi
/usr/bin/cp -a --one-file-system -- "$from" "$to" 2> /dev/null
exit 0`

export const standInCommands: Record<string, string> = {
  chroot,
  mount: passOver('mount', mount),
  umount: passOver('umount', 'exit 0'),
  mknod: passOver(
    'mknod',
    `while [ $# -gt 0 ]; do
  case $1 in
    -m | --mode) shift 2 || exit 1 ;;
    -*) shift ;;
    *) break ;;
  esac
done
exec /usr/bin/touch -- "$1"`,
  ),
}
