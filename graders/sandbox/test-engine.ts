import { randomInt } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import Docker from 'dockerode'
import { execa } from 'execa'

/** Test support: an engine of its own beside the machine's, to be broken without harm. Needs root and dockerd. */
export interface TestEngine extends AsyncDisposable {
  /** For DOCKER_HOST. */
  endpoint: string
  docker: Docker
  /** Ends the engine as a crash would; containers of it end too. */
  kill(): Promise<void>
  /** Ends it in order, as an upgrade does, or by a crash that its containers outlive, and starts it again some time later. */
  restart(signal: 'SIGTERM' | 'SIGKILL', awayMs: number): Promise<void>
  /** It stops where it is, and goes on after so long. */
  hang(forMs: number): Promise<void>
}

export interface TestEngineOptions {
  /** The engine's disk is a file system of that size, which a build can fill. */
  diskBytes?: number
  /** The engine's disk is this image of a file system; it is closed in order at the end, to be used elsewhere. */
  diskImage?: string
  /** The engine has a network namespace of its own: this machine has no way to the addresses of its containers. */
  unroutable?: boolean
  /** It sets its own firewall rules, in that namespace. */
  isolates?: boolean
}

export async function startTestEngine(options: TestEngineOptions = {}): Promise<TestEngine> {
  const folder = await mkdtemp(join(tmpdir(), 'cgrade-engine-'))
  const dataRoot = join(folder, 'data')
  await mkdir(dataRoot)
  const image = options.diskImage ?? (options.diskBytes === undefined ? undefined : join(folder, 'disk.img'))
  if (image !== undefined) {
    if (options.diskBytes !== undefined) {
      await execa('truncate', ['-s', String(options.diskBytes), image])
      await execa('mkfs.ext4', ['-q', '-F', image])
    }
    await execa('mount', ['-o', 'loop', image, dataRoot])
  }
  const socket = join(folder, 'docker.sock')
  // A bridge of its own: with `--bridge none` a daemon deletes docker0, which belongs to the machine's engine.
  const bridge = options.unroutable ? undefined : await makeBridge()
  const [program = '', ...prefix] = options.unroutable ? ['unshare', '--net', 'dockerd'] : ['dockerd']
  const startDaemon = () =>
    execa(
      program,
      [
        ...prefix,
        ...['--data-root', dataRoot, '--exec-root', join(folder, 'exec'), '--pidfile', join(folder, 'pid')],
        ...['--host', `unix://${socket}`, '--bridge', bridge ?? 'none', '--ip6tables=false'],
        ...(options.isolates ? [] : ['--iptables=false']),
      ],
      { reject: false, stdin: 'ignore', stdout: { file: join(folder, 'log') }, stderr: { file: join(folder, 'log') } },
    )
  let daemon = startDaemon()
  const docker = new Docker({ socketPath: socket })
  const kill = async () => {
    const containers = await docker.listContainers({ all: true }).catch(() => [])
    await Promise.all(
      containers.map((one) =>
        docker
          .getContainer(one.Id)
          .remove({ force: true })
          .catch(() => {}),
      ),
    )
    daemon.kill('SIGKILL')
    await daemon
    await killContainerd()
  }
  const killContainerd = async () => {
    const containerd = await readFile(join(folder, 'exec/containerd/containerd.pid'), 'utf8').catch(() => '')
    // Gone already where the daemon has ended in order.
    if (containerd !== '') await execa('kill', ['-9', containerd.trim()], { reject: false })
  }
  const answers = async () => {
    for (let tries = 0; ; tries += 1) {
      const isThere = await docker.ping().then(
        () => true,
        () => false,
      )
      if (isThere) return
      if (tries === 150) throw new Error(`dockerd did not start, see ${folder}/log`)
      await sleep(200)
    }
  }
  await answers()
  return {
    endpoint: `unix://${socket}`,
    docker,
    kill,
    async restart(signal, awayMs) {
      daemon.kill(signal)
      await daemon
      if (signal === 'SIGKILL') await killContainerd()
      await sleep(awayMs)
      daemon = startDaemon()
      await answers()
    },
    async hang(forMs) {
      daemon.kill('SIGSTOP')
      await sleep(forMs)
      daemon.kill('SIGCONT')
    },
    async [Symbol.asyncDispose]() {
      if (options.diskImage !== undefined) {
        daemon.kill('SIGTERM')
        await daemon
        await execa('umount', [dataRoot])
      }
      await kill()
      if (bridge !== undefined) await execa('ip', ['link', 'del', bridge], { reject: false })
      if (options.diskBytes !== undefined) await execa('umount', ['-l', dataRoot], { reject: false })
      await execa('sh', [
        '-c',
        `for m in $(awk '{print $2}' /proc/mounts | grep '^${folder}/' | sort -r); do umount -l "$m"; done`,
      ])
      await rm(folder, { recursive: true, force: true }).catch(() => {})
    },
  }
}

async function makeBridge(): Promise<string> {
  const bridge = `cgt${process.pid}x${randomInt(100, 999)}`.slice(0, 15)
  await execa('ip', ['link', 'add', 'name', bridge, 'type', 'bridge'])
  await execa('ip', ['addr', 'add', `10.251.${randomInt(1, 250)}.1/24`, 'dev', bridge])
  await execa('ip', ['link', 'set', bridge, 'up'])
  return bridge
}
