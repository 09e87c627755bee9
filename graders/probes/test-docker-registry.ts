import { createHash, createPrivateKey, sign } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { execa } from 'execa'
import { cacheFolder } from '../sandbox/bases/cache-folder.ts'

/** Test support: Debian's `docker-registry`, a real one, on loopback. */
export interface DockerRegistry extends AsyncDisposable {
  /** `127.0.0.1:43567`. */
  host: string
  /** A request to its API, signed in as `student`. */
  send(method: string, path: string, body?: Buffer, type?: string): Promise<Response>
  /** Scopes for which its token service was asked. */
  scopes: string[]
}

export type SignIn = 'nobody' | 'basic' | 'token'

/** As `CGRADE_REGISTRY_AUTH` has it. */
export const student = 'student:let-me-in'
/** bcrypt of that password. */
const passwordLine = 'student:$2b$05$abcdefghijklmnopqrstuu3Jd./u/rH1RxB6auX5v7gLP6uWhKCgG\n'

/** The program, installed or fetched as a package once; undefined where neither is to be had. */
export async function findDockerRegistry(): Promise<string | undefined> {
  const installed = await execa('sh', ['-c', 'command -v docker-registry'], { reject: false })
  if (installed.exitCode === 0) return installed.stdout.trim()
  const folder = join(cacheFolder(), 'test-tools/docker-registry')
  const program = join(folder, 'usr/bin/docker-registry')
  if ((await execa(program, ['--version'], { reject: false })).exitCode === 0) return program
  await mkdir(join(cacheFolder(), 'test-tools'), { recursive: true })
  const fetched = await mkdtemp(join(cacheFolder(), 'test-tools/fetch-'))
  try {
    const fetching = await execa('apt-get', ['download', 'docker-registry'], {
      cwd: fetched,
      reject: false,
      timeout: 120_000,
    })
    const [name] = await readdir(fetched)
    if (fetching.exitCode !== 0 || name === undefined) return undefined
    await execa('dpkg-deb', ['-x', join(fetched, name), join(fetched, 'unpacked')])
    // Another test may have been as quick.
    await rename(join(fetched, 'unpacked'), folder).catch(() => {})
    return program
  } catch {
    return undefined
  } finally {
    await rm(fetched, { recursive: true, force: true })
  }
}

export async function startDockerRegistry(program: string, signIn: SignIn = 'nobody'): Promise<DockerRegistry> {
  const folder = await mkdtemp(join(tmpdir(), 'cgrade-registry-'))
  const host = `127.0.0.1:${await freePort()}`
  const tokens = signIn === 'token' ? await startTokenService(folder) : undefined
  const auth = {
    nobody: [],
    basic: ['auth:', '  htpasswd:', '    realm: test', `    path: ${join(folder, 'htpasswd')}`],
    token: [
      'auth:',
      '  token:',
      `    realm: ${tokens?.realm}`,
      '    service: test-registry',
      '    issuer: test-issuer',
      `    rootcertbundle: ${join(folder, 'certificate.pem')}`,
    ],
  }[signIn]
  await writeFile(join(folder, 'htpasswd'), passwordLine)
  const lines = [
    'version: 0.1',
    'log: {level: error, accesslog: {disabled: true}}',
    `storage: {filesystem: {rootdirectory: ${join(folder, 'data')}}, delete: {enabled: true}}`,
    `http: {addr: "${host}", secret: test}`,
    ...auth,
  ]
  await writeFile(join(folder, 'config.yml'), `${lines.join('\n')}\n`)
  const running = execa(program, ['serve', join(folder, 'config.yml')], {
    reject: false,
    stdin: 'ignore',
    stdout: { file: join(folder, 'log') },
    stderr: { file: join(folder, 'log') },
    env: { OTEL_TRACES_EXPORTER: 'none' },
  })
  for (let tries = 0; !(await answers(host)); tries += 1) {
    if (tries === 300) throw new Error(`docker-registry did not start:\n${await readFile(join(folder, 'log'), 'utf8')}`)
    await sleep(50)
  }
  const basic = `Basic ${Buffer.from(student).toString('base64')}`
  return {
    host,
    scopes: tokens?.scopes ?? [],
    async send(method, path, body, type = 'application/octet-stream') {
      const authorization = {
        nobody: undefined,
        basic,
        token:
          tokens === undefined
            ? undefined
            : `Bearer ${tokens.issue(path.split('/').slice(2, 4).join('/'), ['pull', 'push'])}`,
      }[signIn]
      const headers = { 'content-type': type, ...(authorization ? { authorization } : {}) }
      const url = new URL(path, `http://${host}`)
      return await fetch(url, { method, headers, ...(body ? { body: new Uint8Array(body) } : {}) })
    },
    async [Symbol.asyncDispose]() {
      running.kill('SIGKILL')
      await running
      await tokens?.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Puts a blob there; its digest. */
export async function putBlob(registry: DockerRegistry, path: string, blob: Buffer): Promise<string> {
  const digest = `sha256:${createHash('sha256').update(blob).digest('hex')}`
  const begun = await registry.send('POST', `/v2/${path}/blobs/uploads/`)
  const location = new URL(begun.headers.get('location') ?? '', `http://${registry.host}`)
  location.searchParams.set('digest', digest)
  const put = await registry.send('PUT', `${location.pathname}${location.search}`, blob)
  if (put.status !== 201) throw new Error(`blob: ${put.status} ${await put.text()}`)
  return digest
}

/** Puts a manifest there, under a tag or, without one, under its digest; its digest. */
export async function putManifest(
  registry: DockerRegistry,
  path: string,
  manifest: { mediaType: string },
  tag?: string,
): Promise<string> {
  const body = Buffer.from(JSON.stringify(manifest))
  const digest = `sha256:${createHash('sha256').update(body).digest('hex')}`
  const put = await registry.send('PUT', `/v2/${path}/manifests/${tag ?? digest}`, body, manifest.mediaType)
  if (put.status !== 201) throw new Error(`manifest: ${put.status} ${await put.text()}`)
  return digest
}

/** Gives everybody leave to pull what is public below `open/`, and nobody else. */
async function startTokenService(folder: string) {
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')]
  const subject = ['-subj', '/CN=test', '-days', '2', '-keyout', key, '-out', certificate]
  await execa('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...subject], { stdio: 'ignore' })
  const der = (await readFile(certificate, 'utf8')).replaceAll(/-----[^-]+-----|\s/g, '')
  const privateKey = createPrivateKey(await readFile(key))
  const scopes: string[] = []
  const issue = (name: string, actions: string[]) => {
    const now = Math.floor(Date.now() / 1000)
    const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const claims = {
      ...{
        iss: 'test-issuer',
        sub: '',
        aud: 'test-registry',
        exp: now + 300,
        nbf: now - 10,
        iat: now,
        jti: String(now),
      },
      access: [{ type: 'repository', name, actions }],
    }
    const signed = `${encode({ typ: 'JWT', alg: 'RS256', x5c: [der] })}.${encode(claims)}`
    return `${signed}.${sign('sha256', Buffer.from(signed), privateKey).toString('base64url')}`
  }
  const server = createServer((request, answer) => {
    const scope = new URL(request.url ?? '', 'http://test').searchParams.get('scope') ?? ''
    scopes.push(scope)
    const isStudent = request.headers.authorization === `Basic ${Buffer.from(student).toString('base64')}`
    if (request.headers.authorization !== undefined && !isStudent) return answer.writeHead(401).end('{}')
    const name = scope.split(':')[1] ?? ''
    const actions = isStudent ? ['pull', 'push'] : name.startsWith('open/') ? ['pull'] : []
    answer.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ token: issue(name, actions) }))
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  return {
    realm: `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`,
    scopes,
    issue,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function answers(host: string): Promise<boolean> {
  return fetch(`http://${host}/v2/`).then(
    () => true,
    () => false,
  )
}

async function freePort(): Promise<number> {
  const server = createTcpServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
