import { connect, createServer, type Server, type Socket } from 'node:net'
import { type Destination, readHttpHost, readServerName } from './client-hello.ts'

export interface ModuleProxyOrder {
  /** An address of this machine, on which it listens. */
  address: string
  /** Names that may be reached, in lower case. */
  hosts: readonly string[]
  /** Ports of each kind; 443 and 80 where programs must find them. */
  tlsPort?: number
  httpPort?: number
  /** How the real hosts are reached; a test has its own. */
  dial?: (host: string, port: number) => Socket
  /** What all connections together may carry, both ways. */
  limitBytes?: number
}

/** Passes connections on to the hosts that a build may reach, byte for byte: no certificate is forged, nothing is read. */
export interface ModuleProxy extends AsyncDisposable {
  ports: { tls: number; http: number }
  /** What connections that were not let through asked for, each once: names of the submission's choice, bounded. */
  refused(): string[]
  /** Allowed hosts that could not be reached from here, and why. */
  unreachable(): string[]
}

const firstBytes = 16 * 1024
const helloTimeoutMs = 10_000
const dialTimeoutMs = 15_000
const idleTimeoutMs = 60_000
const mostConnections = 128
const mostNotes = 20

/** Throws the error of `listen` where the address or a port cannot be had. */
export async function openModuleProxy(order: ModuleProxyOrder): Promise<ModuleProxy> {
  const { hosts, dial = (host, port) => connect({ host, port }) } = order
  const refused = new Set<string>()
  const unreachable = new Set<string>()
  const open = new Set<Socket>()
  let leftBytes = order.limitBytes ?? 2 * 1024 ** 3

  const serve = (kind: 'tls' | 'http') => {
    const [read, port] = kind === 'tls' ? ([readServerName, 443] as const) : ([readHttpHost, 80] as const)
    return createServer({ pauseOnConnect: false }, (client) => {
      track(client)
      awaitDestination(client, read, (destination, head) => {
        if (destination.known !== 'host' || !hosts.includes(destination.host)) {
          note(
            refused,
            destination.known === 'host' ? printable(destination.host) : `a connection: ${whyOf(destination)}`,
          )
          client.destroy()
          return
        }
        passOn(client, head, destination.host, port)
      })
    })
  }

  function passOn(client: Socket, head: Buffer, host: string, port: number): void {
    const upstream = dial(host, port)
    track(upstream)
    const fail = (why: string) => {
      if (!client.destroyed && upstream.bytesRead === 0) note(unreachable, `${host}: ${why}`)
      upstream.destroy()
    }
    let failure = 'it closed the connection without an answer'
    upstream.setTimeout(dialTimeoutMs, () => fail(`no answer within ${dialTimeoutMs / 1000} s`))
    upstream.once('error', (error) => {
      failure = error.message
    })
    upstream.once('close', () => {
      fail(failure)
      client.end()
    })
    upstream.once('data', () => upstream.setTimeout(idleTimeoutMs))
    client.setTimeout(idleTimeoutMs, () => client.destroy())
    client.once('close', () => upstream.destroy())
    for (const side of [client, upstream]) {
      side.on('data', (bytes) => {
        leftBytes -= bytes.length
        if (leftBytes < 0) for (const socket of open) socket.destroy()
      })
    }
    upstream.write(head)
    client.pipe(upstream)
    upstream.pipe(client)
  }

  function track(socket: Socket): void {
    open.add(socket)
    // What went wrong is told by `close`.
    socket.on('error', () => {})
    socket.once('close', () => open.delete(socket))
  }

  const servers = { tls: serve('tls'), http: serve('http') }
  const close = async () => {
    for (const socket of open) socket.destroy()
    await Promise.all(Object.values(servers).map((server) => new Promise((resolve) => server.close(resolve))))
  }
  try {
    const tls = await listen(servers.tls, order.address, order.tlsPort ?? 443)
    const http = await listen(servers.http, order.address, order.httpPort ?? 80)
    return {
      ports: { tls, http },
      refused: () => [...refused],
      unreachable: () => [...unreachable],
      [Symbol.asyncDispose]: close,
    }
  } catch (thrown) {
    await close()
    throw thrown
  }
}

/** Collects the first bytes of a connection until they tell where it goes; a slow or a long beginning is no answer. */
function awaitDestination(
  client: Socket,
  read: (bytes: Buffer) => Destination,
  then: (destination: Destination, head: Buffer) => void,
): void {
  let head = Buffer.alloc(0)
  const settle = (destination: Destination) => {
    clearTimeout(timer)
    client.off('data', collect)
    client.pause()
    then(destination, head)
  }
  const timer = setTimeout(() => settle({ known: 'no', why: 'it said nothing' }), helloTimeoutMs)
  const collect = (bytes: Buffer) => {
    head = Buffer.concat([head, bytes])
    const destination = read(head)
    if (destination.known !== 'not-yet') settle(destination)
    else if (head.length > firstBytes) settle({ known: 'no', why: 'it does not say where it goes' })
  }
  client.once('close', () => clearTimeout(timer))
  client.on('data', collect)
}

function listen(server: Server, address: string, port: number): Promise<number> {
  server.maxConnections = mostConnections
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, address, () => {
      server.off('error', reject)
      const bound = server.address()
      resolve(typeof bound === 'object' && bound !== null ? bound.port : port)
    })
  })
}

function note(notes: Set<string>, text: string): void {
  if (notes.size < mostNotes) notes.add(text)
}

function whyOf(destination: Destination): string {
  return destination.known === 'no' ? destination.why : ''
}

/** A name of the submission's choice, as far as names go. */
function printable(host: string): string {
  return host.slice(0, 100).replace(/[^a-z0-9.:_-]/g, '?')
}
