import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer as createHttpServer } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { type AddressInfo, connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestBuilds, type TestBuilds } from '../stages/build/test-builds.ts'
import { openBuildNetwork } from './build-network.ts'
import { ownerLabel, ownerOfThisProcess, runLabel } from './engine.ts'
import { readRules } from './owned-rules.ts'
import { reapRun } from './reaper.ts'

/** Steps of a build that may reach module proxies only: real builds, and servers of the test's own in place of the internet. */

const allowed = 'proxy.golang.org'
const policy = { modules: [allowed] }
let builds: TestBuilds
let python = ''
let labels: Record<string, string> = {}
let folder = ''
const servers: Server[] = []
const ports = { tls: 0, http: 0, tripWire: 0 }
let trips = 0

const isPossible = process.getuid?.() === 0

beforeAll(async () => {
  builds = await openTestBuilds()
  labels = { [runLabel]: builds.run, [ownerLabel]: await ownerOfThisProcess() }
  python = (await builds.bases.prepare('python:3.11-slim', {})).id
  folder = await mkdtemp(join(tmpdir(), 'cgrade-test-'))
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const subject = ['-subj', '/CN=test', '-days', '2', '-nodes']
  await execa('openssl', [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    ...subject,
    '-keyout',
    key,
    '-out',
    cert,
  ])
  const certificate = { key: await readFile(key), cert: await readFile(cert) }
  ports.tls = await listen(
    createHttpsServer(certificate, (_, response) => response.end('module by tls')),
    '127.0.0.1',
  )
  ports.http = await listen(
    createHttpServer((_, response) => response.end('module by http')),
    '127.0.0.1',
  )
  ports.tripWire = await listen(
    createServer((socket) => {
      trips += 1
      socket.end('TRIPPED')
    }),
    '0.0.0.0',
  )
})

afterAll(async () => {
  for (const server of servers) server.close()
  await rm(folder, { recursive: true, force: true })
  await builds[Symbol.asyncDispose]()
})

test.skipIf(!isPossible)(
  'H53: H60: with module proxies only, a step reaches the listed hosts, and neither others, this machine, names nor metadata',
  async () => {
    const [network, log] = await buildWith('modules')
    expect(log).toMatch(/allowed tls: .*module by tls/)
    expect(log).toMatch(/allowed http: .*module by http/)
    for (const attempt of ['other sni', 'no sni', 'other host', 'gateway', 'other address', 'metadata', 'name'])
      expect(log).toMatch(new RegExp(`^.*${attempt}: nothing`, 'm'))
    expect(log).not.toContain('TRIPPED')
    expect(trips).toBe(0)
    expect(network?.refused.sort()).toEqual(['a connection: it names no server (no SNI)', 'evil.example'])
    expect(network?.unreachable).toEqual([])
    expect(await rulesLeft()).toEqual([])
  },
)

test.skipIf(!isPossible)(
  'H53 control: H60 control: with the default policy the same step reaches this machine',
  async () => {
    const [, log] = await buildWith('default')
    expect(log).toMatch(/gateway: .*TRIPPED/)
    expect(trips).toBeGreaterThan(0)
  },
)

test.skipIf(!isPossible)('an allowed host that cannot be reached from here is told, for it is our fault', async () => {
  await using network = await openBuildNetwork(builds.engine, policy, labels, () =>
    connect({ host: '127.0.0.1', port: 1 }),
  )
  await builds.buildRaw(`FROM ${python}\nRUN python3 -c "${oneRequest}" || true\n`, network.options)
  expect(network.unreachable()).toEqual([expect.stringContaining(`${allowed}: connect ECONNREFUSED`)])
})

test.skipIf(!isPossible)(
  'what lets a build reach its proxies is removed with its run, though its grader was killed',
  async () => {
    const network = await openBuildNetwork(builds.engine, policy, labels, () => connect({ host: '127.0.0.1', port: 1 }))
    // One closes its gateway, one before it opens two ports there.
    expect((await rulesLeft()).map((rule) => rule.split(' ').at(-1))).toEqual(['ACCEPT', 'DROP'])
    await reapRun(builds.engine, builds.run)
    expect(await rulesLeft()).toEqual([])
    await network[Symbol.asyncDispose]()
  },
)

test('where the machine of the engine is another one the policy is not dropped: there is no build', async () => {
  const remote = { ...builds.engine, local: false }
  const opened = openBuildNetwork(remote, policy, labels)
  await expect(opened).rejects.toMatchObject({
    code: 'limit.not-in-force',
    message: expect.stringContaining('module proxies only'),
  })
  const filters = { label: [`${runLabel}=${builds.run}`] }
  expect(await builds.engine.docker.listNetworks({ filters })).toEqual([])
})

async function buildWith(kind: 'modules' | 'default') {
  const dial = (_: string, port: number) => connect({ host: '127.0.0.1', port: port === 443 ? ports.tls : ports.http })
  await using network = await openBuildNetwork(builds.engine, kind === 'modules' ? policy : kind, labels, dial)
  const script = Buffer.from(attempts.replaceAll('TRIP_WIRE', String(ports.tripWire))).toString('base64')
  const nonce = randomBytes(4).toString('hex')
  const { log } = await builds.buildRaw(
    `FROM ${python}\nRUN echo ${script} | base64 -d > /try-${nonce}.py; python3 /try-${nonce}.py\n`,
    network.options,
  )
  const printed = log
    .split('\n')
    .flatMap((line) => (line.trim() === '' ? [] : [(JSON.parse(line) as { stream?: string }).stream ?? line]))
  return [{ refused: network.refused(), unreachable: network.unreachable() }, printed.join('')] as const
}

async function rulesLeft(): Promise<string[]> {
  const { stdout } = await execa('iptables', ['-w', '5', '-S', 'INPUT'])
  return readRules(stdout)
    .filter(({ run }) => run === builds.run)
    .map(({ words }) => words.join(' '))
}

function listen(server: Server, address: string): Promise<number> {
  servers.push(server)
  return new Promise((resolve) => server.listen(0, address, () => resolve((server.address() as AddressInfo).port)))
}

const oneRequest = `import socket; s = socket.create_connection(('${allowed}', 80), 5); s.send(b'GET / HTTP/1.1\\r\\nHost: ${allowed}\\r\\n\\r\\n'); s.recv(9)`

const attempts = `
import socket, ssl
proxied = '${allowed}' in open('/etc/hosts').read()
def gateway():
    return socket.gethostbyname('${allowed}') if proxied else route()
def route():
    for line in open('/proc/net/route').readlines()[1:]:
        fields = line.split()
        if fields[1] == '00000000': return '.'.join(str(b) for b in reversed(bytes.fromhex(fields[2])))
    return '192.0.2.1'
def plain(address, port, send=b''):
    with socket.create_connection((address, port), 2) as line:
        line.settimeout(3)
        line.sendall(send)
        return line.recv(4096)
def tls(name):
    context = ssl._create_unverified_context()
    with socket.create_connection((at, 443), 2) as line:
        with context.wrap_socket(line, server_hostname=name) as safe:
            safe.settimeout(3)
            safe.sendall(b'GET / HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n')
            text = b''
            while True:
                more = safe.recv(4096)
                if not more: return text
                text += more
def web(host):
    return plain(at, 80, b'GET / HTTP/1.1\\r\\nHost: ' + host + b'\\r\\nConnection: close\\r\\n\\r\\n')
at = gateway()
for what, attempt in {
    'allowed tls': lambda: tls('${allowed}'),
    'allowed http': lambda: web(b'${allowed}'),
    'other sni': lambda: tls('evil.example'),
    'no sni': lambda: tls(None),
    'other host': lambda: web(b'evil.example:80'),
    'gateway': lambda: plain(at, TRIP_WIRE),
    'other address': lambda: plain('172.17.0.1', TRIP_WIRE),
    'metadata': lambda: plain('169.254.169.254', 80, b'GET / HTTP/1.0\\r\\n\\r\\n'),
    'name': lambda: socket.gethostbyname('evil.example').encode(),
}.items():
    if not proxied and what not in ('gateway', 'other address'): continue
    try: print(what + ':', attempt() or 'nothing', flush=True)
    except OSError as error: print(what + ': nothing,', error, flush=True)
`
