/** Shell that runs inside a stand-in's own container or build: what Debian has not, in the ways of the original. */

import { adduserScript, apkScript } from './alpine-commands.ts'
import { applets, emptyTree, group, passwd, writeFile } from './small-image-scripts.ts'

const osRelease = `NAME="Alpine Linux"
ID=alpine
VERSION_ID=3.22.0
PRETTY_NAME="Alpine look-alike of cgrade, made from Debian packages"
`
const repositories = `https://dl-cdn.alpinelinux.org/alpine/v3.22/main
https://dl-cdn.alpinelinux.org/alpine/v3.22/community
`

/** Written relative to the current folder: /stage or /. */
const apkFiles = [
  'mkdir -p usr/lib/cgrade/apk/add etc/apk usr/local/sbin sbin',
  'rm -f etc/os-release',
  writeFile('etc/os-release', osRelease),
  writeFile('etc/apk/repositories', repositories),
  'echo 3.22.0 > etc/alpine-release',
  writeFile('sbin/apk', apkScript),
  writeFile('usr/local/sbin/adduser', adduserScript),
  'ln -sf adduser usr/local/sbin/addgroup',
  'chmod 755 sbin/apk usr/local/sbin/adduser',
].join('\n')

const busyboxProvides = [
  ...['alpine-baselayout', 'alpine-keys', 'apk-tools', 'busybox', 'busybox-extras', 'busybox-binsh', 'libc-utils'],
  ...['musl', 'musl-utils', 'ca-certificates', 'ca-certificates-bundle', 'tzdata', 'bash'],
  ...['net-tools', 'iproute2', 'iputils', 'procps'],
]

export const alpineTree = `${emptyTree}
mkdir -p bin sbin lib usr/bin usr/sbin usr/lib usr/share usr/local/bin usr/local/lib media mnt opt srv etc/profile.d
cp "$(command -v busybox)" bin/busybox
for applet in $(${applets}); do
  case $(busybox --list-full | grep -m1 "/$applet$") in
    usr/sbin/*) ln -s /bin/busybox "usr/sbin/$applet" ;;
    usr/bin/*) ln -s /bin/busybox "usr/bin/$applet" ;;
    sbin/*) ln -s /bin/busybox "sbin/$applet" ;;
    *) ln -s /bin/busybox "bin/$applet" ;;
  esac
done
for loader in /lib/ld-musl-*.so.1; do
  cp -L "$loader" lib/
  ln -s "$(basename "$loader")" "lib/libc.\${loader#/lib/ld-}"
done
${apkFiles}
${writeFile('usr/lib/cgrade/apk/provides', `${busyboxProvides.join('\n')}\n`)}
cp /bin/bash-static usr/lib/cgrade/apk/bash
cp -r /usr/share/zoneinfo usr/lib/cgrade/apk/zoneinfo
${writeFile('usr/lib/cgrade/apk/add/bash', '#!/bin/sh\nln -sf /usr/lib/cgrade/apk/bash /bin/bash\n')}
${writeFile('usr/lib/cgrade/apk/add/tzdata', '#!/bin/sh\nln -sfn /usr/lib/cgrade/apk/zoneinfo /usr/share/zoneinfo\n')}
chmod 755 usr/lib/cgrade/apk/add/*
printf '#!/bin/sh\\nexit 0\\n' > usr/sbin/update-ca-certificates
chmod 755 usr/sbin/update-ca-certificates
ln -s certs/ca-certificates.crt etc/ssl/cert.pem
${writeFile('etc/passwd', passwd)}${writeFile('etc/group', group)}
echo 'root:*::0:::::' > etc/shadow
chmod 640 etc/shadow
printf '/bin/sh\\n/bin/ash\\n' > etc/shells
`

/** Golang, Python and Node on Alpine bring no compiler; \`apk add gcc\` gives one that links with musl, as there. */
const gccWithMusl = `#!/bin/sh
ln -sf "$(command -v musl-gcc)" /usr/local/bin/gcc
ln -sf gcc /usr/local/bin/cc
rm -f /root/.config/go/env
`
const dressedProvides = [
  ...['alpine-baselayout', 'busybox', 'busybox-extras', 'musl', 'musl-utils', 'libc-utils', 'bash', 'git', 'make'],
  ...['ca-certificates', 'ca-certificates-bundle', 'tzdata', 'curl', 'wget', 'procps', 'coreutils', 'findutils'],
  ...['grep', 'sed', 'gawk', 'tar', 'gzip', 'util-linux', 'shadow', 'file-utils', 'pkgconf', 'pkgconfig'],
]
const musl = ['gcc', 'musl-dev', 'libc-dev', 'build-base', 'binutils', 'linux-headers']
export const alpineDressing = `set -eu
cd /
${apkFiles}
${writeFile('usr/lib/cgrade/apk/known', `${dressedProvides.join('\n')}\n`)}
for package in $(cat usr/lib/cgrade/apk/known); do
  case $package in
    git|make|curl|wget|bash) if ! command -v "$package" >/dev/null; then continue; fi ;;
    pkgconf|pkgconfig) if ! command -v pkgconf >/dev/null; then continue; fi ;;
  esac
  echo "$package" >> usr/lib/cgrade/apk/provides
done
rm usr/lib/cgrade/apk/known
rm -f usr/bin/gcc usr/bin/cc usr/bin/g++ usr/bin/c++
if command -v musl-gcc >/dev/null; then
  printf '%s\\n' ${musl.join(' ')} >> usr/lib/cgrade/apk/provides
  ${writeFile('usr/lib/cgrade/apk/add/gcc', gccWithMusl)}
  chmod 755 usr/lib/cgrade/apk/add/gcc
  ln -s gcc usr/lib/cgrade/apk/add/build-base
fi
# Go before 1.20 compiles with cgo even where no compiler is.
if [ -d usr/lib/go-1.19 ]; then mkdir -p root/.config/go; echo CGO_ENABLED=0 > root/.config/go/env; fi
if command -v busybox >/dev/null; then ln -sf busybox usr/bin/sh; ln -sf busybox usr/bin/ash; fi
`
