import { createInterface } from 'node:readline'
import type { Duplex } from 'node:stream'
import type Docker from 'dockerode'
import pLimit from 'p-limit'
import { GraderError } from '../../model/grader-error.ts'
import { removeContainer } from '../container.ts'
import type { Engine } from '../engine.ts'
import { verifyShownLimits } from '../limits.ts'
import { createStdoutReader } from './relay-frames.ts'

export interface ScoutOrder {
  /** A busybox: official or stand-in. */
  imageId: string
  /** Name of a network, or `container:<id>` to look at that container's network from inside it. */
  networkMode: string
  labels: Record<string, string>
}

/** A small container of ours beside a student's, on an engine whose containers this machine cannot look into. */
export interface Scout {
  container: Docker.Container
  /** On the network that was ordered; empty where it shares another container's. */
  address: string
  ask(question: 'sockets' | 'addresses'): Promise<string>
  remove(): Promise<void>
}

const limits = { memoryBytes: 64 * 1024 ** 2, pids: 256 }
const answerTimeoutMs = 10_000
const endOfAnswer = 'end'

/**
 * Answers one question per line of standard input, and ends with it: a grader that was killed leaves no running scout.
 * Only listening sockets are told, and not more than a few hundred, however many the student's program opens.
 */
const script = `
show() { for file; do [ -r "/sys/fs/cgroup/$file" ] && read -r value <"/sys/fs/cgroup/$file" && echo "$value" && return; done; echo unseen; }
while read -r question; do
  case "$question" in
    sockets) grep -hs -m 200 ' 0A ' /proc/net/tcp /proc/net/tcp6 ;;
    addresses) ip -o addr 2>/dev/null | head -n 100 ;;
    limits) show memory.max memory/memory.limit_in_bytes; show pids.max pids/pids.max ;;
  esac
  echo ${endOfAnswer}
done`

/** Starts a scout without rights, writable files or open ports, and sees in it that this engine keeps containers within limits. */
export async function startScout(engine: Engine, order: ScoutOrder): Promise<Scout> {
  const container = await engine.docker.createContainer({
    Image: order.imageId,
    Entrypoint: [],
    Cmd: ['sh', '-c', script],
    User: '65534:65534',
    Labels: order.labels,
    OpenStdin: true,
    StdinOnce: true,
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: false,
    Healthcheck: { Test: ['NONE'] },
    HostConfig: {
      NetworkMode: order.networkMode,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      ReadonlyRootfs: true,
      Memory: limits.memoryBytes,
      MemorySwap: limits.memoryBytes,
      PidsLimit: limits.pids,
      NanoCpus: 1e9,
      LogConfig: { Type: 'none', Config: {} },
      RestartPolicy: { Name: 'no' },
      // The default on cgroup v2 where the engine was not told otherwise: its own group is then all that it sees.
      ...(engine.cgroupVersion === 2 ? { CgroupnsMode: 'private' } : {}),
    },
  })
  try {
    const line = (await container.attach({ stream: true, hijack: true, stdin: true, stdout: true })) as Duplex
    line.on('error', () => {})
    await container.start()
    const ask = questionLine(line)
    const [shown, inspected] = await Promise.all([ask('limits'), container.inspect()])
    verifyShownLimits(shown, limits)
    const address = inspected.NetworkSettings.Networks[order.networkMode]?.IPAddress ?? ''
    return {
      container,
      address,
      ask,
      remove: async () => {
        line.destroy()
        await removeContainer(engine.docker, container.id)
      },
    }
  } catch (thrown) {
    await removeContainer(engine.docker, container.id)
    throw thrown
  }
}

/** One question at a time; after a time-out the line is cut, because a late answer would be taken for the next one's. */
function questionLine(line: Duplex): (question: string) => Promise<string> {
  const told: string[] = []
  let pending: PromiseWithResolvers<string> | undefined
  let closed = false
  const answers = createStdoutReader()
  createInterface({ input: line.pipe(answers) })
    .on('line', (text) => {
      if (text === endOfAnswer) pending?.resolve(told.splice(0).join('\n'))
      else told.push(text)
    })
    .once('close', () => {
      closed = true
      pending?.reject(new GraderError('engine.failed', 'A container of cgrade ended before it was done.'))
    })
  line.once('close', () => answers.end())
  const oneAtATime = pLimit(1)
  return (question) =>
    oneAtATime(async () => {
      if (closed) throw new GraderError('engine.failed', 'A container of cgrade is gone.')
      pending = Promise.withResolvers()
      const timer = setTimeout(() => {
        pending?.reject(new GraderError('engine.timeout', 'A container of cgrade does not answer.'))
        line.destroy()
      }, answerTimeoutMs)
      line.write(`${question}\n`)
      return pending.promise.finally(() => clearTimeout(timer))
    })
}
