import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { execa } from 'execa'
import { Redis } from 'ioredis'

/** Test support: a real Redis server on a free port of this machine. */

const program = ['/usr/bin/redis-server', '/usr/bin/valkey-server', '/usr/local/bin/redis-server'].find(existsSync)
/** Why there can be none; undefined where there can. */
export const whyNoRedis = program === undefined ? 'no redis-server here (`apt-get install redis-server`)' : undefined

export interface TestRedis extends AsyncDisposable {
  url: string
  /** For NODE_EXTRA_CA_CERTS. */
  authority: string
  /** All that it holds. */
  keys(): Promise<string[]>
  /** Ends it, and starts another one in its place, which remembers nothing. */
  restart(): Promise<void>
}

export async function startRedis({ password = '', tls = false } = {}): Promise<TestRedis> {
  const folder = await mkdtemp(join(tmpdir(), 'cgrade-redis-'))
  const port = await freePort()
  const certificate = tls ? await makeCertificate(folder) : undefined
  const words = ['--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder]
  words.push(...(tls ? ['--port', '0', '--tls-port', String(port)] : ['--port', String(port)]))
  if (certificate !== undefined) {
    const { key, file } = certificate
    words.push('--tls-cert-file', file, '--tls-key-file', key, '--tls-ca-cert-file', file, '--tls-auth-clients', 'no')
  }
  if (password !== '') words.push('--requirepass', password)
  const start = () => execa(program ?? '', words, { reject: false, stdin: 'ignore' })
  let server = start()
  const secret = password === '' ? '' : `:${encodeURIComponent(password)}@`
  const url = `redis${tls ? 's' : ''}://${secret}localhost:${port}`
  const redis = new Redis({
    port,
    host: '127.0.0.1',
    maxRetriesPerRequest: null,
    retryStrategy: () => 100,
    ...(password === '' ? {} : { password }),
    ...(tls ? { tls: { rejectUnauthorized: false } } : {}),
  })
  redis.on('error', () => {})
  await redis.ping()
  return {
    url,
    authority: certificate?.file ?? '',
    keys: async () => (await redis.keys('*')).sort(),
    async restart() {
      server.kill('SIGKILL')
      await server
      await sleep(1_500)
      server = start()
      await redis.ping()
    },
    async [Symbol.asyncDispose]() {
      redis.disconnect()
      server.kill('SIGKILL')
      await server
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function freePort(): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>()
  const server = createServer().listen(0, '127.0.0.1', () => {
    const { port } = server.address() as { port: number }
    server.close(() => resolve(port))
  })
  return promise
}

/** Its own authority, for `localhost`. */
async function makeCertificate(folder: string): Promise<{ key: string; file: string }> {
  const [key, file, settings] = ['key.pem', 'certificate.pem', 'openssl.cnf'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ]
  await writeFile(settings, '[req]\ndistinguished_name = name\nprompt = no\n[name]\nCN = localhost\n')
  const subject = ['-config', settings, '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1']
  await execa('openssl', [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-days',
    '2',
    '-keyout',
    key,
    '-out',
    file,
    ...subject,
  ])
  return { key, file }
}
