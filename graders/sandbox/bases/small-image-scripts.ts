/** Shell that runs in a container with Debian's parts and leaves the tree of a small image below /stage. */

/** A here-document, so that any text goes through the shell unchanged. */
export function writeFile(path: string, text: string): string {
  return `cat > ${path} <<'END-OF-FILE'\n${text}END-OF-FILE\n`
}

export const passwd = `root:x:0:0:root:/root:/bin/sh
bin:x:1:1:bin:/bin:/sbin/nologin
daemon:x:2:2:daemon:/sbin:/sbin/nologin
nobody:x:65534:65534:nobody:/:/sbin/nologin
`
export const group = `root:x:0:root
bin:x:1:root,bin,daemon
daemon:x:2:root,bin,daemon
tty:x:5:
www-data:x:82:
users:x:100:
nogroup:x:65533:
nobody:x:65534:
`

export const emptyTree = `set -eu
mkdir -p /stage
cd /stage
mkdir -p dev proc sys run tmp root home var/log var/tmp etc/ssl/certs
chmod 1777 tmp var/tmp
chmod 700 root
ln -s ../run var/run
echo 'hosts: files dns' > etc/nsswitch.conf
cp /etc/ssl/certs/ca-certificates.crt etc/ssl/certs/ca-certificates.crt
`

export const applets = `busybox --list | grep -vxE 'busybox|dpkg|dpkg-deb|rpm|rpm2cpio|linuxrc'`

/** The official busybox carries the C library, so that programs linked with it run there. */
export const busyboxTree = `${emptyTree}
mkdir -p bin lib usr/bin usr/sbin
cp "$(command -v busybox)" bin/busybox
for applet in $(${applets}); do ln -s busybox "bin/$applet"; done
for library in /lib/*-linux-gnu*/libc.so.6 /lib/*-linux-gnu*/libm.so.6 /lib/*-linux-gnu*/libpthread.so.0 /lib/*-linux-gnu*/libresolv.so.2 /lib/*-linux-gnu*/libnss_*.so.2; do
  if [ -e "$library" ]; then cp -L "$library" lib/; fi
done
for loader in /lib64/ld-linux-*.so.* /lib/ld-linux-*.so.*; do
  if [ -e "$loader" ]; then mkdir -p ".$(dirname "$loader")"; cp -L "$loader" ".$loader"; fi
done
${writeFile('etc/passwd', passwd)}${writeFile('etc/group', group)}
`

/** Begins with \`content=static|base|cc debug=true|false\`. */
export const distrolessTree = `${emptyTree}
mkdir -p usr/bin usr/sbin usr/lib usr/lib64 usr/share home/nonroot etc/update-motd.d
for name in bin sbin lib lib64; do ln -s "usr/$name" "$name"; done
chown 65532:65532 home/nonroot
chmod 700 home/nonroot
cp -r /usr/share/zoneinfo usr/share/zoneinfo
printf 'root:x:0:0:root:/root:/sbin/nologin\\nnobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin\\nnonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\\n' > etc/passwd
printf 'root:x:0:\\nnobody:x:65534:\\ntty:x:5:\\nstaff:x:50:\\nnonroot:x:65532:\\n' > etc/group
printf 'PRETTY_NAME="Distroless look-alike of cgrade"\\nNAME="Debian GNU/Linux"\\nID=debian\\n' > etc/os-release
packages=
if [ "$content" != static ]; then packages='libc6 libssl3t64'; fi
if [ "$content" = cc ]; then packages="$packages libgcc-s1 libstdc++6"; fi
for package in $packages; do
  dpkg -L "$package" | grep -E '^(/usr)?/lib(64)?/' | while read -r path; do
    if [ -L "$path" ] || [ -f "$path" ]; then
      mkdir -p "./usr/\${path#/usr/}/.."
      rmdir "./usr/\${path#/usr/}"
      cp -P "$path" "./usr/\${path#/usr/}"
    fi
  done
done
if [ "$debug" = true ]; then
  mkdir busybox
  cp "$(command -v busybox)" busybox/busybox
  for applet in $(${applets}); do ln -s busybox "busybox/$applet"; done
fi
`
