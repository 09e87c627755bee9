import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseImageReference } from '../sandbox/bases/image-reference.ts'
import { skipBecause } from '../test-skip.ts'
import { lookUpImage } from './registry.ts'
import { readRegistryUsers } from './registry-auth.ts'
import { openDoor } from './registry-hosts.ts'
import {
  type DockerRegistry,
  findDockerRegistry,
  putBlob,
  putManifest,
  type SignIn,
  startDockerRegistry,
  student,
} from './test-docker-registry.ts'
import { putImage, putIndex } from './test-images.ts'

/** Against Debian's `docker-registry`, open, with a password, and with a token service. */

const started = new Map<SignIn, DockerRegistry>()
const config = {
  Entrypoint: ['/httpserver'],
  Cmd: null,
  Env: ['PATH=/bin', 'VERSION=1.0'],
  ExposedPorts: { '80/tcp': {} },
}
const settings = { entrypoint: ['/httpserver'], command: [], env: ['PATH=/bin', 'VERSION=1.0'], ports: ['80/tcp'] }

beforeAll(async () => {
  const program = await findDockerRegistry()
  if (program === undefined) return
  for (const signIn of ['nobody', 'basic', 'token'] as const) {
    const registry = await startDockerRegistry(program, signIn)
    started.set(signIn, registry)
    await putImage(registry, 'open/httpserver', { tag: 'v1', config })
  }
}, 200_000)
afterAll(async () => {
  for (const registry of started.values()) await registry[Symbol.asyncDispose]()
})

function lookUp({ host }: DockerRegistry, name: string, users?: string) {
  const reference = parseImageReference(`${host}/${name}`)
  const door = openDoor(host, [host], false)
  if (reference === undefined || door === undefined) throw new Error('no such name')
  return lookUpImage({
    door,
    reference,
    platform: 'linux/amd64',
    users: readRegistryUsers(users),
    timeoutMs: 20_000,
    signal: new AbortController().signal,
  })
}

describe.each(['nobody', 'basic', 'token'] as const)('a registry that asks for %s', (signIn) => {
  test('has what was pushed, with its settings, and not what was not', async (context) => {
    const registry = started.get(signIn) ?? skipBecause(context, 'no docker-registry')
    const users = signIn === 'basic' ? `${registry.host}=${student}` : undefined
    expect(await lookUp(registry, 'open/httpserver:v1', users)).toEqual({
      found: 'image',
      digest: expect.stringMatching(/^sha256:/),
      settings,
    })
    expect(await lookUp(registry, 'open/httpserver:v2', users)).toEqual({
      found: 'nothing',
      answer: 'HTTP 404 MANIFEST_UNKNOWN',
      tags: ['v1'],
    })
    expect(await lookUp(registry, 'open/nothing:v1', users)).toMatchObject({ found: 'nothing', tags: [] })
  })
})

test('by a digest it is found as by a tag', async (context) => {
  const registry = started.get('nobody') ?? skipBecause(context, 'no docker-registry')
  const digest = await putImage(registry, 'open/digest', { tag: 'v1', config })
  expect(await lookUp(registry, `open/digest@${digest}`)).toEqual({ found: 'image', digest, settings })
  expect(await lookUp(registry, `open/digest@sha256:${'0'.repeat(64)}`)).toMatchObject({ found: 'nothing' })
})

test('of an image for several platforms the one that is asked for is read', async (context) => {
  const registry = started.get('nobody') ?? skipBecause(context, 'no docker-registry')
  await putIndex(registry, 'open/both', 'v1', ['linux/arm64', 'linux/amd64'], config)
  await putIndex(registry, 'open/arm', 'v1', ['linux/arm64'], config)
  await putIndex(registry, 'open/arms', 'v1', ['linux/arm64', 'linux/arm'], config)
  await putImage(registry, 'open/plain-arm', { tag: 'v1', platform: 'linux/arm64', config })
  expect(await lookUp(registry, 'open/both:v1')).toMatchObject({ found: 'image', settings })
  expect(await lookUp(registry, 'open/arm:v1')).toEqual({ found: 'other-platform', platforms: ['linux/arm64'] })
  expect(await lookUp(registry, 'open/arms:v1')).toMatchObject({ platforms: ['linux/arm64', 'linux/arm'] })
  expect(await lookUp(registry, 'open/plain-arm:v1')).toEqual({ found: 'other-platform', platforms: ['linux/arm64'] })
})

test('what is no image is told as such', async (context) => {
  const registry = started.get('nobody') ?? skipBecause(context, 'no docker-registry')
  const blob = Buffer.from('{}')
  const mediaType = 'application/vnd.oci.image.manifest.v1+json'
  const chart = 'application/vnd.cncf.helm.config.v1+json'
  const of = async (type: string, content: Buffer) => ({
    mediaType: type,
    size: content.length,
    digest: await putBlob(registry, 'open/other', content),
  })
  await putManifest(
    registry,
    'open/other',
    { schemaVersion: 2, mediaType, config: await of(chart, blob), layers: [] } as never,
    'chart',
  )
  const image = await of('application/vnd.oci.image.config.v1+json', Buffer.from('[]'))
  await putManifest(registry, 'open/other', { schemaVersion: 2, mediaType, config: image, layers: [] } as never, 'list')
  expect(await lookUp(registry, 'open/other:chart')).toEqual({
    found: 'no-image',
    problem: `it is a package of another kind (\`${chart}\`)`,
  })
  expect(await lookUp(registry, 'open/other:list')).toMatchObject({ found: 'no-image' })
})

test('a private image is not found by strangers, and read with the name that staff give', async (context) => {
  const registry = started.get('token') ?? skipBecause(context, 'no docker-registry')
  await putImage(registry, 'closed/httpserver', { tag: 'v1', config })
  expect(await lookUp(registry, 'closed/httpserver:v1')).toEqual({
    found: 'nothing',
    answer: 'HTTP 401 UNAUTHORIZED',
    tags: [],
  })
  expect(await lookUp(registry, 'closed/httpserver:v1', `${registry.host}=${student}`)).toMatchObject({
    found: 'image',
  })
  expect(registry.scopes).toContain('repository:closed/httpserver:pull')
})

test.each(['basic', 'token'] as const)('a wrong password (%s) is ours, and is not shown', async (signIn) => {
  const registry = started.get(signIn)
  if (registry === undefined) return
  const asked = lookUp(registry, 'open/httpserver:v1', `${registry.host}=student:wrong-secret`)
  await expect(asked).rejects.toThrow('does not accept the user that `CGRADE_REGISTRY_AUTH` names')
  await expect(asked).rejects.not.toThrow('wrong-secret')
})

test('a registry that wants a password for everything, and is given none, is ours', async (context) => {
  const registry = started.get('basic') ?? skipBecause(context, 'no docker-registry')
  await expect(lookUp(registry, 'open/httpserver:v1')).rejects.toThrow('wants a user and a password')
})

test.each(['docker.io', 'student:secret', 'docker.io=secret', 'docker.io=:secret'])(
  'a variable that is written as `%s` is told without its content',
  (written) => {
    expect(() => readRegistryUsers(written)).toThrow('is not written as `host=user:password`')
    expect(() => readRegistryUsers(written)).not.toThrow('secret')
  },
)
