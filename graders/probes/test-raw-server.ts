import { type AddressInfo, createServer, type Socket } from 'node:net'
import { get, type HttpExchange } from './http.ts'

/** Test support: a server that writes bytes, not HTTP, so that it can be as wrong as a hostile one. */
export interface RawServer extends AsyncDisposable {
  port: number
  /** Connections so far. */
  connections(): number
  /** A GET with a deadline of `timeoutMs`, 2 seconds unless told. */
  ask(path?: string, timeoutMs?: number): Promise<HttpExchange>
}

/** `answer` is called when the head of a request has come. */
export function serveRaw(answer: (socket: Socket, path: string) => void): Promise<RawServer> {
  const open = new Set<Socket>()
  let connections = 0
  const server = createServer((socket) => {
    connections += 1
    open.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => open.delete(socket))
    let head = ''
    socket.on('data', (bytes) => {
      const asked = head.includes('\r\n\r\n')
      head += bytes.toString('latin1')
      if (!asked && head.includes('\r\n\r\n')) answer(socket, head.split(' ')[1] ?? '')
    })
  })
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      resolve({
        port,
        connections: () => connections,
        ask: (path = '/', timeoutMs = 2_000) => get({ address: '127.0.0.1', port, timeoutMs }, { path, headers: [] }),
        async [Symbol.asyncDispose]() {
          for (const socket of open) socket.destroy()
          await new Promise((closed) => server.close(closed))
        },
      })
    })
  })
}

/** Writes `next()` for as long as the other side listens. */
export function pour(socket: Socket, next: () => string | Buffer): void {
  const write = () => {
    while (!socket.destroyed) if (!socket.write(next())) return
  }
  socket.on('drain', write)
  write()
}

/** Writes a piece every `everyMs` until the other side has gone. */
export function drip(socket: Socket, everyMs: number, piece: string): void {
  const timer = setInterval(() => socket.write(piece), everyMs)
  socket.on('close', () => clearInterval(timer))
}
