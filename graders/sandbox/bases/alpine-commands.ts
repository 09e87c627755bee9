/** `apk` accepts what the stand-in really has; anything else is our gap, never the student's fault. */
export const apkScript = `#!/bin/sh
set -f
verb= packages= skip=
for word in "$@"; do
  if [ -n "$skip" ]; then skip=; continue; fi
  case $word in
    -t|--virtual|-X|--repository|--wait|--cache-dir|--keys-dir|--repositories-file|-p|--root|--arch|--cache-max-age) skip=1 ;;
    -*) ;;
    *) if [ -z "$verb" ]; then verb=$word; else packages="$packages $word"; fi ;;
  esac
done
parts=/usr/lib/cgrade/apk
case $verb in
  ''|update|upgrade|del|fix|cache|info|stats|audit|version) echo "OK: cgrade stand-in of apk"; exit 0 ;;
  add) ;;
  *) echo "cgrade-stand-in: apk $verb is not there in this stand-in" >&2; exit 99 ;;
esac
for package in $packages; do
  package=\${package%%[=<>~@]*}
  case $package in .*|*.apk) continue ;; esac
  if ! grep -qxF "$package" $parts/provides; then
    echo "cgrade-stand-in: apk has no package $package in this stand-in" >&2
    exit 99
  fi
done
for package in $packages; do
  package=\${package%%[=<>~@]*}
  if [ -x "$parts/add/$package" ]; then "$parts/add/$package" || exit 99; fi
  echo "Installing $package (cgrade stand-in)"
done
echo OK
`

/** adduser of busybox: Debian's busybox is built without it. Called as \`addgroup\` it adds groups. */
export const adduserScript = `#!/bin/sh
home= gecos= shell=/bin/sh ingroup= system= nohome= number= names=
while [ $# -gt 0 ]; do
  case $1 in
    --home) home=$2; shift ;;
    --gecos) gecos=$2; shift ;;
    --shell) shell=$2; shift ;;
    --ingroup) ingroup=$2; shift ;;
    --uid|--gid) number=$2; shift ;;
    --system) system=1 ;;
    --no-create-home) nohome=1 ;;
    --*) ;;
    -*)
      letters=\${1#-}
      while [ -n "$letters" ]; do
        rest=\${letters#?}
        letter=\${letters%"$rest"}
        case \${0##*/}$letter in
          adduserh|adduserg|addusers|adduserG|adduseru|adduserk|addgroupg)
            if [ -n "$rest" ]; then value=$rest; rest=; else shift; value=$1; fi ;;
        esac
        case \${0##*/}$letter in
          adduserh) home=$value ;;
          adduserg) gecos=$value ;;
          addusers) shell=$value ;;
          adduserG) ingroup=$value ;;
          adduseru|addgroupg) number=$value ;;
          adduserS|addgroupS) system=1 ;;
          adduserH) nohome=1 ;;
        esac
        letters=$rest
      done ;;
    *) names="$names $1" ;;
  esac
  shift
done
set -- $names
if [ $# -eq 0 ]; then echo "\${0##*/}: no name given" >&2; exit 1; fi
first_free() {
  free=1000
  if [ -n "$system" ]; then free=100; fi
  while cut -d: -f3 "$1" | grep -qx "$free"; do free=$((free + 1)); done
  echo "$free"
}
add_group() {
  if grep -q "^$1:" /etc/group; then echo "addgroup: group '$1' in use" >&2; return 1; fi
  echo "$1:x:\${2:-$(first_free /etc/group)}:" >> /etc/group
}
if [ $# -eq 2 ]; then
  if ! grep -q "^$2:" /etc/group; then echo "\${0##*/}: unknown group $2" >&2; exit 1; fi
  awk -F: -v OFS=: -v user="$1" -v group="$2" '$1 == group { $4 = $4 == "" ? user : $4 "," user } { print }' /etc/group > /etc/group.new
  cat /etc/group.new > /etc/group
  rm /etc/group.new
  exit 0
fi
if [ "\${0##*/}" = addgroup ]; then add_group "$1" "$number"; exit; fi
if grep -q "^$1:" /etc/passwd; then echo "adduser: user '$1' in use" >&2; exit 1; fi
uid=\${number:-$(first_free /etc/passwd)}
if [ -z "$ingroup" ] && [ -n "$system" ]; then ingroup=nogroup; fi
if [ -z "$ingroup" ]; then add_group "$1" "$uid" || exit 1; ingroup=$1; fi
gid=$(grep "^$ingroup:" /etc/group | cut -d: -f3)
if [ -z "$gid" ]; then echo "adduser: unknown group $ingroup" >&2; exit 1; fi
if [ -n "$system" ] && [ "$shell" = /bin/sh ]; then shell=/sbin/nologin; fi
home=\${home:-/home/$1}
echo "$1:x:$uid:$gid:\${gecos:-$1}:$home:$shell" >> /etc/passwd
echo "$1:!:0:0:99999:7:::" >> /etc/shadow
if [ -z "$nohome" ] && [ ! -d "$home" ]; then mkdir -p "$home" && chown "$uid:$gid" "$home"; fi
`
