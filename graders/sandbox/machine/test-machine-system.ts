import { copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { makeDisk } from './test-machine-disk.ts'
import { portName, shellScript } from './test-machine-shell.ts'

/** Test support: the system of the test machine, Debian with systemd and its engine, made once and kept. */

const packages = [
  ...['systemd', 'systemd-sysv', 'udev', 'kmod', 'procps', 'ca-certificates'],
  ...['docker.io', 'iptables', 'iproute2', 'linux-image-cloud-amd64'],
]
export const dockerDiskLabel = 'cgrade-docker'
export const modulesDiskLabel = 'cgrade-modules'
export const programFolder = '/cgrade'

/** Mounts the disks that are there before the engine starts; the machine also works without them. */
const mountUnit = `[Unit]
DefaultDependencies=no
After=local-fs.target systemd-udev-settle.service
Before=docker.service docker.socket cgrade-shell.service
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=-/bin/mount -L ${dockerDiskLabel} /var/lib/docker
ExecStart=-/bin/mount -L ${modulesDiskLabel} ${programFolder}/node_modules
[Install]
WantedBy=multi-user.target
RequiredBy=docker.service
`
const shellUnit = `[Unit]
After=cgrade-mounts.service
[Service]
ExecStart=/usr/local/sbin/cgrade-shell
Restart=always
OOMScoreAdjust=-900
Delegate=yes
KillMode=process
[Install]
WantedBy=multi-user.target
`
/** Nobody logs in, nothing is updated: less to start under emulation. */
const masked = [
  ...['apt-daily.timer', 'apt-daily-upgrade.timer', 'dpkg-db-backup.timer', 'fstrim.timer', 'e2scrub_all.timer'],
  ...['e2scrub_reap.service', 'getty@tty1.service', 'serial-getty@ttyS0.service', 'systemd-pcrphase.service'],
  ...['systemd-update-utmp.service', 'systemd-random-seed.service', 'man-db.timer', 'systemd-tmpfiles-clean.timer'],
  ...['systemd-journal-flush.service', 'systemd-hwdb-update.service'],
]

const hook = `set -e
root=$1
printf '127.0.0.1 localhost cgrade-v2\\n::1 localhost\\n' >"$root/etc/hosts"
echo cgrade-v2 >"$root/etc/hostname"
rm -f "$root/etc/resolv.conf"
: >"$root/etc/machine-id"
mkdir -p "$root/var/lib/docker" "$root${programFolder}/node_modules" "$root/etc/systemd/journald.conf.d"
printf '[Journal]\\nStorage=volatile\\n' >"$root/etc/systemd/journald.conf.d/volatile.conf"
for unit in ${masked.join(' ')}; do ln -sf /dev/null "$root/etc/systemd/system/$unit"; done
cat >"$root/etc/systemd/system/cgrade-mounts.service" <<'END'
${mountUnit}END
cat >"$root/etc/systemd/system/cgrade-shell.service" <<'END'
${shellUnit}END
cat >"$root/usr/local/sbin/cgrade-shell" <<'END'
${shellScript}END
chmod 755 "$root/usr/local/sbin/cgrade-shell"
chroot "$root" systemctl enable cgrade-mounts.service cgrade-shell.service docker.service
`

/** All that decides what is on the disk: another text makes another disk. */
export const systemRecipe = JSON.stringify({ packages, hook, portName, layout: 1 })

/** Leaves `disk.img`, `vmlinuz` and `initrd` in the folder; takes about a minute. */
export async function makeSystem(folder: string): Promise<void> {
  const work = await mkdtemp(join(folder, 'making-'))
  try {
    const root = join(work, 'root')
    const hookFile = join(work, 'hook.sh')
    await writeFile(hookFile, hook)
    await mkdir(root)
    await execa(
      'setpriv',
      [
        ...['--pdeathsig', 'TERM', 'mmdebstrap', '--variant=minbase', '--format=directory'],
        '--aptopt=Acquire::Languages "none"',
        ...['man', 'locale', 'doc'].map((part) => `--dpkgopt=path-exclude=/usr/share/${part}/*`),
        '--dpkgopt=force-unsafe-io',
        `--include=${packages.join(',')}`,
        `--customize-hook=sh ${hookFile} "$1"`,
        ...['bookworm', root],
        ...(process.env.CGRADE_DEBIAN_MIRROR ? [process.env.CGRADE_DEBIAN_MIRROR] : []),
      ],
      { stdin: 'ignore' },
    )
    const boot = await readdir(join(root, 'boot'))
    for (const [prefix, name] of [
      ['vmlinuz-', 'vmlinuz'],
      ['initrd.img-', 'initrd'],
    ] as const) {
      const file = boot.find((entry) => entry.startsWith(prefix))
      if (file === undefined) throw new Error(`Debian's kernel package has brought no ${prefix}*`)
      await copyFile(join(root, 'boot', file), join(folder, name))
    }
    await rm(join(root, 'boot'), { recursive: true })
    await makeDisk(join(folder, 'disk.img'), { label: 'cgrade-system', bytes: 4 * 1024 ** 3, from: root })
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}
