import { type RedisOptions as AllOptions, Redis } from 'ioredis'
import { GraderError, UsageError } from '../model/grader-error.ts'
import type { QueueAddress } from './queue-address.ts'

/** Its type does not allow what it is by itself. */
type RedisOptions = Omit<AllOptions, 'replyMapping'>

const connectMs = 10_000
/** `XADD ... NOMKSTREAM`. */
const oldestVersion = [6, 2] as const

export interface Queue extends Disposable {
  redis: Redis
  /** Of its own, for calls that wait. */
  waiting: Redis
  /** Since when it does not answer, by the clock of this process. */
  silentSinceMs(): number | undefined
}

/**
 * Connects, and goes on connecting when the line breaks; calls wait meanwhile. Throws what is wrong when there is no connection
 * at first: nobody waits for a wrong address. `say` is told what people should know about the server, and whether it answers, at
 * each change.
 */
export async function connectQueue(address: QueueAddress, say: (sentence: string) => void): Promise<Queue> {
  for (const warning of await tryOnce(address)) say(warning)
  let silentSince: number | undefined
  const options: RedisOptions = {
    ...optionsOf(address),
    // As BullMQ wants it: calls wait for the next connection instead of failing.
    maxRetriesPerRequest: null,
    retryStrategy: (times) => Math.min(times * 200, 2_000),
  }
  const redis = new Redis(options)
  const waiting = new Redis(options)
  // Each failed attempt is an event, and one without a listener would be printed.
  for (const one of [redis, waiting]) one.on('error', () => {})
  redis.on('close', () => {
    if (silentSince !== undefined) return
    silentSince = performance.now()
    say('The queue does not answer; waiting for it.')
  })
  redis.on('ready', () => {
    if (silentSince === undefined) return
    silentSince = undefined
    say('The queue answers again.')
  })
  return {
    redis,
    waiting,
    silentSinceMs: () => silentSince,
    [Symbol.dispose]() {
      redis.removeAllListeners('close')
      for (const one of [redis, waiting]) one.disconnect()
    },
  }
}

function optionsOf({ host, port, username, password, database, tls }: QueueAddress): RedisOptions {
  return {
    host,
    port,
    db: database,
    lazyConnect: false,
    connectTimeout: connectMs,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    // Node's own certificates, and those of NODE_EXTRA_CA_CERTS.
    ...(tls ? { tls: { servername: host } } : {}),
  }
}

/** Connects once and looks at the server; resolves with warnings about it. */
async function tryOnce(address: QueueAddress): Promise<string[]> {
  const redis = new Redis({
    ...optionsOf(address),
    lazyConnect: true,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  })
  let cause: Error | undefined
  redis.on('error', (error) => {
    cause ??= error
  })
  try {
    await redis.connect()
    const info = await redis.info()
    const version = readField(info, 'redis_version')
    const [major = 0, minor = 0] = version.split('.').map(Number)
    if (major < oldestVersion[0] || (major === oldestVersion[0] && minor < oldestVersion[1])) {
      throw new UsageError(
        `The queue at ${address.shown} runs Redis ${version}; ${oldestVersion.join('.')} or newer is needed, or Valkey.`,
      )
    }
    const policy = readField(info, 'maxmemory_policy')
    if (policy === '' || policy === 'noeviction') return []
    return [
      `The queue drops what it holds when its memory is full (\`maxmemory-policy ${policy}\`); set \`noeviction\`.`,
    ]
  } catch (thrown) {
    if (thrown instanceof UsageError) throw thrown
    throw unreachable(address, cause ?? (thrown as Error))
  } finally {
    redis.disconnect()
  }
}

function unreachable({ shown, tls }: QueueAddress, cause: Error): Error {
  const { message } = cause
  if (/WRONGPASS|NOAUTH|invalid password|without any password/i.test(message)) {
    return new UsageError(
      `The queue at ${shown} refuses the user or the password. Write them into its address: \`redis://user:password@host:6379\`, best in CGRADE_QUEUE.`,
    )
  }
  const code = (cause as NodeJS.ErrnoException).code ?? message
  const isCertificate = /CERT|SIGNATURE|SELF_SIGNED|ISSUER/.test(code)
  const remedy = isCertificate
    ? 'Its certificate is not trusted here: name the file of its authority in NODE_EXTRA_CA_CERTS.'
    : tls
      ? 'Is it running, is the port right, and does it speak TLS there? Without TLS, the address begins with `redis://`.'
      : 'Is it running, and are host and port right? Where it wants TLS, the address begins with `rediss://`.'
  return new GraderError('queue.unreachable', `The queue at ${shown} cannot be reached (${code.slice(0, 200)}).`, {
    cause,
    remedy,
  })
}

function readField(info: string, name: string): string {
  const line = info.split('\r\n').find((one) => one.startsWith(`${name}:`))
  return line?.slice(name.length + 1) ?? ''
}
