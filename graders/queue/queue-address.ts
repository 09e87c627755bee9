import { UsageError } from '../model/grader-error.ts'

/** Where the queue is. */
export interface QueueAddress {
  host: string
  port: number
  username: string | undefined
  password: string | undefined
  database: number
  tls: boolean
  /** For people and files: without user and password. */
  shown: string
}

const variable = 'CGRADE_QUEUE'
const expected = 'as in `redis://host:6379` or `rediss://user:password@host:6380`'

/** From the command line, or from CGRADE_QUEUE; undefined where neither says one. */
export function findQueueAddress(given: string | undefined, env: NodeJS.ProcessEnv): QueueAddress | undefined {
  const fromVariable = env[variable]
  // It may hold a password, and no child of ours has a use for it.
  delete env[variable]
  if (given !== undefined) return parseQueueAddress(given, '`--queue`')
  return fromVariable === undefined || fromVariable === '' ? undefined : parseQueueAddress(fromVariable, variable)
}

/** `from`: what to call it where it is wrong. What is wrong is never printed whole: it may hold a password. */
export function parseQueueAddress(given: string, from: string): QueueAddress {
  const url = URL.parse(given)
  if (url === null) throw new UsageError(`${from} expects the address of a Redis or Valkey server, ${expected}.`)
  if (url.protocol !== 'redis:' && url.protocol !== 'rediss:') {
    throw new UsageError(`${from} expects an address that begins with \`redis://\` or \`rediss://\`, ${expected}.`)
  }
  const database = /^\/?(\d{0,4})$/.exec(url.pathname)?.[1]
  if (url.hostname === '' || database === undefined || url.search !== '' || url.hash !== '') {
    throw new UsageError(`${from} expects a host, a port and at most the number of a database, ${expected}.`)
  }
  const port = url.port === '' ? 6379 : Number(url.port)
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port,
    username: textOf(url.username, from),
    password: textOf(url.password, from),
    database: Number(database),
    tls: url.protocol === 'rediss:',
    shown: `${url.protocol}//${url.hostname}:${port}${database === '' ? '' : `/${database}`}`,
  }
}

function textOf(encoded: string, from: string): string | undefined {
  try {
    return encoded === '' ? undefined : decodeURIComponent(encoded)
  } catch {
    throw new UsageError(
      `${from} has a \`%\` in its user or password that stands for nothing; write \`%25\` for the sign itself.`,
    )
  }
}
