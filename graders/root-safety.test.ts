import { readdir, readFile, readlink } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type Docker from 'dockerode'
import { beforeAll, expect, test } from 'vitest'
import { connectEngine, ownerLabel, roleLabel, runLabel } from './sandbox/engine.ts'
import { abandonedGroups, type Inbox, leftovers, makeInbox, startCgrade } from './test-runs.ts'
import { nightly } from './test-skip.ts'

/** Root exercises: what a student hands in runs as root, and never on this machine itself. */

const root = process.getuid?.() === 0
const needsRoot = root ? '' : ' (skipped: looking at the processes of others needs root)'

let docker: Docker
beforeAll(async () => {
  docker = (await connectEngine()).docker
})

/** One of everything that acts as root; each script writes its name where only the host's own root could. */
async function fillInbox(inbox: Inbox, id = 'root-work'): Promise<void> {
  await inbox.add(id, {
    'cgrade.yml':
      'memory: {dockerfile: malloc.Dockerfile, script: cgroup.sh}\nchroot: {script: chroot.sh, rootfs: rootfs.sh}\n',
    'malloc.Dockerfile': 'FROM busybox\nRUN sleep 0.5\nCMD ["tail", "/dev/zero"]\n',
    'cgroup.sh': `cd /sys/fs/cgroup/memory
mkdir memorydemo
cd memorydemo
ps -ef | grep malloc | grep -v grep | awk '{print $2}' > cgroup.procs
echo 104960000 > memory.limit_in_bytes
`,
    'chroot.sh': `export path=/tmp/mypath
mkdir -p $path/{bin,lib/x86_64-linux-gnu,lib64}
cp /bin/{bash,ls} $path/bin
list=\`ldd /bin/ls | egrep -o '/lib.*\\.[0-9]'\`
for i in $list; do cp $i $path/$i; done
list=\`ldd /bin/bash | egrep -o '/lib.*\\.[0-9]'\`
for i in $list; do cp $i $path/$i; done
chroot $path /bin/bash
`,
    'rootfs.sh': `docker image save busybox -o busybox.tar
mkdir -p /tmp/image /tmp/root
tar -xf busybox.tar -C /tmp/image
find /tmp/image -name layer.tar -exec tar -xf {} -C /tmp/root \\;
`,
  })
}

interface Seen {
  pid: string
  comm: string
  exe: string
  commandLine: string
  groups: string
  status: string
  namespaces: Record<string, string>
}

const namespaceKinds = ['mnt', 'pid', 'net', 'ipc', 'uts']

async function look(pid: string): Promise<Seen | undefined> {
  const file = (name: string) => readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '')
  const [comm, commandLine, groups, status] = await Promise.all(['comm', 'cmdline', 'cgroup', 'status'].map(file))
  const link = (name: string) => readlink(`/proc/${pid}/${name}`).catch(() => '')
  const exe = await link('exe')
  const namespaces = Object.fromEntries(
    await Promise.all(namespaceKinds.map(async (kind) => [kind, await link(`ns/${kind}`)])),
  )
  if (!status || exe === '') return undefined
  return {
    pid,
    comm: comm?.trim() ?? '',
    exe,
    commandLine: (commandLine ?? '').replaceAll('\0', ' '),
    groups: groups ?? '',
    status,
    namespaces,
  }
}

/** Processes and mounts that come up until `done`, and the containers of the grader with that pid, by id, with their role. */
async function watchMachine(done: Promise<unknown>, graderPid: number) {
  const before = new Set(await readdir('/proc'))
  const mountsBefore = new Set((await readFile('/proc/self/mountinfo', 'utf8')).split('\n').map(mountPoint))
  // By what it is at the time: a process becomes another one.
  const processes = new Map<string, Seen>()
  const mounts = new Set<string>()
  const containers = new Map<string, string>()
  let over = false
  void done.finally(() => {
    over = true
  })
  async function watchContainers(): Promise<void> {
    while (!over) {
      for (const { Id, Labels } of await docker.listContainers({ all: true, filters: { label: [runLabel] } })) {
        if (Labels[ownerLabel]?.split('/')[2] === String(graderPid)) containers.set(Id, Labels[roleLabel] ?? '')
      }
      await sleep(50)
    }
  }
  async function watchProcesses(): Promise<void> {
    while (!over) {
      for (const pid of await readdir('/proc')) {
        if (!/^\d+$/.test(pid) || before.has(pid)) continue
        const seen = await look(pid)
        if (seen !== undefined) processes.set(`${pid} ${seen.exe} ${seen.comm}`, seen)
      }
      for (const line of (await readFile('/proc/self/mountinfo', 'utf8')).split('\n')) {
        if (!mountsBefore.has(mountPoint(line))) mounts.add(mountPoint(line))
      }
      await sleep(5)
    }
  }
  await Promise.all([watchContainers(), watchProcesses()])
  return { processes: [...processes.values()], mounts: [...mounts].filter((mount) => mount !== ''), containers }
}

function mountPoint(line: string): string {
  return line.split(' ')[4] ?? ''
}

const bits = (...numbers: number[]) => numbers.reduce((mask, bit) => mask | (1n << BigInt(bit)), 0n)
/** CHOWN, DAC_OVERRIDE, FOWNER, FSETID, KILL, SETGID, SETUID, NET_BIND_SERVICE, SYS_CHROOT. */
const profileCapabilities = bits(0, 1, 3, 4, 5, 6, 7, 10, 18)
/** The engine's own default, which the classic builder cannot narrow: with SETPCAP, NET_RAW, MKNOD, AUDIT_WRITE, SETFCAP. */
const buildCapabilities = profileCapabilities | bits(8, 13, 27, 29, 31)

function field(status: string, name: string): string {
  return new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(status)?.[1] ?? ''
}

/** Of any container: other tests run beside this one. */
const isContained = ({ groups }: Seen) => /[0-9a-f]{64}/.test(groups)
/** The engine's own way into a container, before it has given up its rights. */
const isRuntime = ({ comm, exe }: Seen) =>
  /^runc/.test(comm) || /(runc|containerd-shim\S*|dockerd|docker-init)$/.test(exe)

test.skipIf(!root)(
  `what a student hands in runs in containers alone, without rights over this machine${needsRoot}`,
  async () => {
    await using inbox = await makeInbox()
    await fillInbox(inbox)
    const run = startCgrade(['batch', inbox.folder, '--out', inbox.reports, '--quiet'])
    const { processes, mounts, containers } = await watchMachine(run, run.pid ?? 0)
    const ended = await run
    expect(ended.exitCode, ended.stderr).toBe(0)
    const roleOf = ({ groups }: Seen) => [...containers].find(([id]) => groups.includes(id))?.[1]
    const contained = processes.filter((one) => roleOf(one) !== undefined && !isRuntime(one))
    // The test would prove nothing had it not seen them.
    for (const word of ['tail', 'bash', 'malloc']) expect(contained.map(({ comm }) => comm)).toContain(word)
    const own = Object.fromEntries(
      await Promise.all(namespaceKinds.map(async (kind) => [kind, await readlink(`/proc/self/ns/${kind}`)])),
    )
    for (const seen of contained) {
      const { commandLine, namespaces, status } = seen
      for (const kind of namespaceKinds) expect(namespaces[kind], `${commandLine}: ${kind}`).not.toBe(own[kind])
      expect(field(status, 'Seccomp'), commandLine).toBe('2')
      const isBuildStep = roleOf(seen) === 'run-base'
      if (!isBuildStep) expect(field(status, 'NoNewPrivs'), commandLine).toBe('1')
      const allowed = isBuildStep ? buildCapabilities : profileCapabilities
      expect(BigInt(`0x${field(status, 'CapEff')}`) & ~allowed, commandLine).toBe(0n)
    }
    // Outside of containers: programs of this machine, none of them pointed at a file of the submission.
    const outside = processes.filter((one) => !isContained(one) && !isRuntime(one))
    for (const { exe, commandLine } of outside) {
      expect(exe, commandLine).not.toMatch(/^\/(var\/lib\/docker|home|tmp\/cgrade-work)/)
      expect(commandLine).not.toMatch(/cgroup\.sh|chroot\.sh|rootfs\.sh|cgrade-work-/)
    }
    for (const mount of mounts)
      expect(mount).toMatch(
        /^\/(var\/lib\/docker|var\/run\/docker|run\/docker|run\/containerd|tmp\/(cgrade-|mmdebstrap\.))/,
      )
    expect(await leftovers(docker)).toEqual([])
    expect(await abandonedGroups()).toEqual([])
  },
)

test(`what kill -9 leaves of root work is gone after the next start`, async () => {
  await using inbox = await makeInbox()
  await fillInbox(inbox, 'a')
  await fillInbox(inbox, 'b')
  const run = startCgrade(['batch', inbox.folder, '--out', inbox.reports, '--jobs', '2'])
  for (let tries = 0; tries < 600; tries += 1) {
    const running = await docker.listContainers({ filters: { label: [runLabel] } })
    if (running.length >= 2) break
    await sleep(100)
  }
  run.kill('SIGKILL')
  await run
  await using next = await makeInbox()
  await fillInbox(next, 'c')
  const second = await startCgrade(['batch', next.folder, '--out', next.reports])
  expect(second.exitCode, second.stderr).toBe(0)
  expect(await leftovers(docker)).toEqual([])
  expect(await abandonedGroups()).toEqual([])
})

/** DESIGN's fifty are the nightly's. */
const runs = nightly ? 50 : 1

test(
  `root work leaves nothing behind (${runs} times)`,
  async () => {
    await using inbox = await makeInbox()
    await fillInbox(inbox)
    for (let run = 0; run < runs; run += 1) {
      const ended = await startCgrade(['batch', inbox.folder, '--out', `${inbox.reports}-${run}`, '--quiet'])
      expect(ended.exitCode, ended.stderr).toBe(0)
    }
    expect(await leftovers(docker)).toEqual([])
    expect(await abandonedGroups()).toEqual([])
  },
  20 * 60_000,
)
