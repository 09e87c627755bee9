import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { get as httpGet } from 'node:http'
import { connect } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { BootLimits } from '../../model/assignment.ts'
import { type BaseImages, createBaseImages } from '../bases/base-images.ts'
import { type StudentContainer, startContainer } from '../container.ts'
import { connectEngine, type Engine, ownerLabel, ownerOfThisProcess, roleLabel, runLabel } from '../engine.ts'
import { verifyLimits, verifyShownLimits } from '../limits.ts'
import { createNetwork, type SubmissionNetwork } from '../network.ts'
import { reapRun } from '../reaper.ts'
import { decideReach, reachVariable } from './reach.ts'
import { type Relay, startRelay } from './relay.ts'
import { startScout } from './relay-scout.ts'

const runId = `test-relay-${randomBytes(4).toString('hex')}`
const limits: BootLimits = {
  timeoutMs: 20_000,
  requestTimeoutMs: 5_000,
  memoryBytes: 64 * 1024 ** 2,
  cpus: 0.5,
  pids: 64,
  logBytes: 1024 ** 2,
  diskBytes: 16 * 1024 ** 2,
  strict: false,
}
/** Answers and then closes, as HTTP/1.0 servers do; logs its clients. */
const server = [
  'mkdir /tmp/www; head -c 3000000 /dev/urandom >/tmp/www/big; echo small >/tmp/www/small',
  'md5sum /tmp/www/big; exec httpd -f -vv -p 8080 -h /tmp/www',
].join('; ')

let engine: Engine
let bases: BaseImages
let imageId: string
let labels: Record<string, string>
let network: SubmissionNetwork
let student: StudentContainer
let relay: Relay

beforeAll(async () => {
  engine = await connectEngine()
  labels = { [runLabel]: runId, [ownerLabel]: await ownerOfThisProcess(), [roleLabel]: 'submission' }
  bases = createBaseImages(engine, { standIns: true, say: () => {}, runLabels: labels })
  imageId = (await bases.prepare('busybox', {})).id
  network = await createNetwork(engine, `cgrade-${runId}`, labels)
  student = await started(['sh', '-c', server])
  relay = await startRelay(engine, { imageId, networkName: network.name, labels })
})
afterAll(async () => {
  await relay.remove()
  await bases.dispose()
  await reapRun(engine, runId)
})

async function started(command: string[]): Promise<StudentContainer> {
  const start = await startContainer(engine, { imageId, networkName: network.name, env: {}, command, limits, labels })
  if (!start.started) throw new Error(start.engineMessage)
  return start.container
}

async function fetchFrom(port: number, path: string): Promise<Buffer> {
  const [response] = await once(httpGet({ host: '127.0.0.1', port, path, agent: false }), 'response')
  return buffer(response)
}

test('carries a large binary answer whole, and sees the server close', async () => {
  const way = await relay.open(student.address, 8080)
  const body = await fetchFrom(way.port, '/big')
  const [digest] = student.log.lines[0]?.text.split(' ') ?? []
  expect(createHash('md5').update(body).digest('hex')).toBe(digest)
  way.close()
})

test('carries many connections at once, which the server sees come from the relay', async () => {
  const way = await relay.open(student.address, 8080)
  const bodies = await Promise.all(Array.from({ length: 12 }, () => fetchFrom(way.port, '/small')))
  expect(bodies.map(String)).toEqual(Array(12).fill('small\n'))
  expect(student.log.lines.some((line) => line.text.includes(relay.address))).toBe(true)
  way.close()
})

test('ends the connection to the server when the client goes, so that nothing piles up in it', async () => {
  const silent = await started(['nc', '-l', '-p', '81', '-e', 'sh', '-c', 'cat >/dev/null; echo gone >&2'])
  const way = await relay.open(silent.address, 81)
  const client = connect(way.port, '127.0.0.1')
  client.write('GET / HTTP/1.1\r\n')
  await sleep(500)
  client.destroy()
  await expect.poll(async () => (await silent.state()).running, { timeout: 20_000 }).toBe(false)
  way.close()
  await silent.remove()
})

test('gives a closed port as a connection that is closed without an answer', async () => {
  const way = await relay.open(student.address, 9)
  await expect(fetchFrom(way.port, '/')).rejects.toThrow(/socket hang up|ECONNRESET/)
  relay.throwIfBroken()
  way.close()
})

test('a scout listens nowhere, stands on no other network and has no rights', async () => {
  const scout = await startScout(engine, { imageId, networkMode: network.name, labels })
  // All but the engine's own resolver.
  expect(await scout.ask('sockets')).not.toMatch(/^ *\d+: (?!0B00007F)/m)
  const exec = await scout.container.exec({
    Cmd: ['sh', '-c', 'grep CapEff /proc/self/status; touch /file 2>&1; id -u'],
    AttachStdout: true,
  })
  const told = String(await buffer(await exec.start({})))
  const { NetworkSettings, HostConfig } = await scout.container.inspect()
  expect(Object.keys(NetworkSettings.Networks)).toEqual([network.name])
  expect(HostConfig.PortBindings ?? {}).toEqual({})
  expect(told).toContain('CapEff:\t0000000000000000')
  expect(told).toContain('Read-only file system')
  expect(told).toContain('65534')
  await scout.remove()
})

test('an observer sees the sockets and the address of the container whose network it shares', async () => {
  const observer = await startScout(engine, { imageId, networkMode: `container:${student.id}`, labels })
  expect(await observer.ask('sockets')).toContain(':1F90 ')
  expect(await observer.ask('addresses')).toContain(student.address)
  await observer.remove()
})

test('a failure of the engine to carry a connection is ours', async () => {
  const broken = await startRelay(engine, { imageId, networkName: network.name, labels })
  const way = await broken.open(student.address, 8080)
  const mine = await engine.docker.listContainers({
    filters: { label: [`${runLabel}=${runId}`, `${roleLabel}=relay`] },
  })
  for (const one of mine) {
    const [address] = Object.values(one.NetworkSettings.Networks).map((on) => on.IPAddress)
    if (address === broken.address) await engine.docker.getContainer(one.Id).remove({ force: true })
  }
  await expect(fetchFrom(way.port, '/small')).rejects.toThrow()
  expect(() => broken.throwIfBroken()).toThrow(/engine failed to carry a connection/)
  await broken.remove()
})

test('containers of an engine on this machine are reached directly, unless a test asks for the relay', async () => {
  vi.stubEnv(reachVariable, 'relay')
  expect(await decideReach(engine, student.id)).toBe('relay')
  vi.unstubAllEnvs()
  expect(await decideReach(engine, student.id)).toBe('direct')
  expect(await decideReach({ ...engine, local: false }, student.id)).toBe('relay')
})

test('a limit that the engine did not keep is an error where its kernel cannot be read', async () => {
  const elsewhere = { ...engine, local: false }
  const inspected = await engine.docker.getContainer(student.id).inspect()
  await verifyLimits(elsewhere, inspected, limits)
  await expect(verifyLimits(elsewhere, inspected, { ...limits, memoryBytes: 1 })).rejects.toThrow(/limit on memory/)
  await expect(verifyLimits(elsewhere, inspected, { ...limits, pids: 1 })).rejects.toThrow(/limit on processes/)
})

test.each([
  ['max\n256', /memory did not take effect: a container of ours sees `max`/],
  ['67108864\nmax', /processes did not take effect/],
  ['unseen\nunseen', /memory did not take effect/],
  ['', /sees nothing/],
])('a scout that sees %j has no limits', (shown, message) => {
  expect(() => verifyShownLimits(shown, { memoryBytes: 67_108_864, pids: 256 })).toThrow(message)
})
