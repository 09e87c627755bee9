import type { HostConfig } from 'dockerode'
import { expect, test } from 'vitest'
import { assignmentSchema } from '../model/assignment.ts'
import { skipBecause } from '../test-skip.ts'
import { removeContainer, startContainer } from './container.ts'
import { prepareObserverTests } from './observer/test-observers.ts'
import { createOptions, hostConfigOf } from './profile.ts'
import { verifyProfile } from './verify-profile.ts'

/** A profile that an engine or a kernel only took note of. */

const tests = prepareObserverTests()
const { boot: limits } = assignmentSchema.shape.limits.parse(undefined)
const asked = hostConfigOf(limits)

test.for<[string, HostConfig, RegExp]>([
  ['more capabilities', { CapAdd: [...(asked.CapAdd as string[]), 'NET_RAW'] }, /limit on capabilities/],
  ['new privileges', { SecurityOpt: [] }, /limit on new privileges/],
  ['core dumps', { Ulimits: [] }, /limit on core dumps/],
  ['more processor time', { NanoCpus: 2e9 }, /limit on processor time/],
  ['a log without a limit', { LogConfig: { Type: 'json-file', Config: {} } }, /limit on the log/],
  ['a mount of this machine', { Binds: ['/tmp:/host:ro'] }, /limit on mounts/],
  ["this machine's processes", { PidMode: 'host' }, /limit on namespaces/],
  ['a shared memory for all', { IpcMode: 'host' }, /limit on namespaces/],
  ['being started again', { RestartPolicy: { Name: 'always' } }, /limit on restarts/],
])(
  'H66: a container that has %s is our fault, seen before anything is asked of it',
  async ([, weaker, message], context) => {
    if (!tests.engine.local) skipBecause(context, 'the engine runs on another machine')
    await expect(verifyOne({ ...asked, ...weaker })).rejects.toMatchObject({
      code: 'limit.not-in-force',
      message: expect.stringMatching(message),
    })
  },
)

test('H66: a container of our profile holds all of it', async () => {
  await verifyOne(asked)
})

test('H66: a container of the strict profile holds all of it', async () => {
  const strict = hostConfigOf({ ...limits, strict: true })
  await verifyOne(strict, strict)
})

test('H83: the names that an honest server asks for are answered at once, the others fail at once', async () => {
  const script = `begin=$(date +%s); hostname -i; wget -T 2 http://localhost:9/ 2>&1
for name in redis db.example.com api.github.com; do wget -T 30 http://$name/ 2>&1; done
echo took $(($(date +%s) - begin))`
  const start = await startContainer(tests.engine, {
    imageId: tests.imageId,
    networkName: tests.network.name,
    env: {},
    command: ['sh', '-c', script],
    limits,
    labels: tests.labels,
  })
  if (!start.started) throw new Error(start.engineMessage)
  await start.container.log.ended
  const said = start.container.log.lines.map(({ text }) => text).join('\n')
  await start.container.remove()
  expect(said).toContain(start.container.address)
  expect(said).toMatch(/Connecting to localhost[\s\S]*refused/)
  expect(said.match(/bad address/g)).toHaveLength(3)
  expect(Number(/took (\d+)/.exec(said)?.[1])).toBeLessThan(12)
})

async function verifyOne(settings: HostConfig, expected = asked): Promise<void> {
  const { docker } = tests.engine
  const container = await docker.createContainer({
    ...createOptions,
    Image: tests.imageId,
    Cmd: ['sleep', '30'],
    Labels: tests.labels,
    HostConfig: { ...settings, NetworkMode: tests.network.name },
  })
  try {
    await container.start()
    await verifyProfile(tests.engine, await container.inspect(), expected)
  } finally {
    await removeContainer(docker, container.id)
  }
}
