import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { pullImage } from '../../sandbox/bases/pull-image.ts'
import { runLabel } from '../../sandbox/engine.ts'
import { removeImage } from '../../sandbox/images.ts'
import { reapAbandoned, reapRun } from '../../sandbox/reaper.ts'
import { openTestBuilds, type TestBuilds } from './test-builds.ts'

let builds: TestBuilds

beforeAll(async () => {
  builds = await openTestBuilds()
})

afterAll(async () => {
  await builds[Symbol.asyncDispose]()
})

const random = 'FROM BASE\nRUN cat /proc/sys/kernel/random/uuid > /drawn\n'

async function layersOf(id: string): Promise<string[]> {
  const image = await builds.engine.docker.getImage(id).inspect()
  return image.RootFS.Layers ?? []
}

test('H50: no layer of an earlier build is taken, be its Dockerfile the same', async () => {
  const [one, other] = [await builds.build(random), await builds.build(random)]
  if (!one.built || !other.built) throw new Error('not built')
  expect(other.log).not.toContain('Using cache')
  expect(await layersOf(one.imageId)).not.toEqual(await layersOf(other.imageId))
})

test('an image is never the base itself, and has the labels of the run by one step of ours', async () => {
  const lone = await builds.build('FROM BASE\n')
  if (!lone.built) throw new Error('not built')
  expect(lone.log.match(/^Step .* LABEL /gm)).toHaveLength(1)
  expect(lone.imageId).not.toBe(builds.base)
  const { Config } = await builds.engine.docker.getImage(lone.imageId).inspect()
  expect(Config.Labels).toMatchObject({ [runLabel]: builds.run, 'dev.cgrade.role': 'submission' })
})

test('H50 control: with the cache the second submission gets the layer of the first', async () => {
  const [one, other] = [
    await builds.buildRaw(random, { nocache: false }),
    await builds.buildRaw(random, { nocache: false }),
  ]
  expect(other.log).toContain('Using cache')
  expect(await layersOf(one.id ?? '')).toEqual(await layersOf(other.id ?? ''))
})

test('H48 control: without the gate, an image of this machine is read by its id', async () => {
  const victim = await builds.buildRaw('FROM BASE\nRUN echo stolen-solution > /solution\n')
  const thief = await builds.buildRaw(`FROM BASE\nCOPY --from=${victim.id} /solution /mine\nRUN cat /mine\n`)
  expect(thief.log).toContain('stolen-solution')
})

test('H53 control: without the gate, the engine fetches an address of this machine, whatever network the build has', async () => {
  const requests: string[] = []
  const server = createServer((request, answer) => {
    requests.push(request.url ?? '')
    answer.end('secret of this machine')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    const { port } = server.address() as AddressInfo
    const text = `FROM BASE AS one\nONBUILD ADD $U/meta-data /stolen\nENV U=http://127.0.0.1:${port}\nFROM one\nRUN cat /stolen\n`
    expect((await builds.buildRaw(text, { networkmode: 'none' })).log).toContain('secret of this machine')
    expect(requests).toContain('/meta-data')
  } finally {
    server.close()
  }
})

test('H54 control: a trigger goes off for whoever builds on the image', async () => {
  const planted = await builds.buildRaw('FROM BASE\nONBUILD RUN echo planted-by-trigger\n')
  expect((await builds.buildRaw(`FROM ${planted.id}\nRUN true\n`)).log).toMatch(/^.*"stream":"planted-by-trigger/m)
})

test('H57 control: without the gate, the engine multiplies what a few lines say', async () => {
  const { id } = await builds.buildRaw(`FROM BASE\nENV A=${'x'.repeat(64)}\n${'ENV A=$A$A\n'.repeat(9)}`)
  const { Config } = await builds.engine.docker.getImage(id ?? '').inspect()
  expect(JSON.stringify(Config).length).toBeGreaterThan(30_000)
})

test("H52: labels of ours in a Dockerfile keep nothing alive, and have nothing of others' removed", async () => {
  const { docker } = builds.engine
  const spoofed = `LABEL dev.cgrade.run=other dev.cgrade.role=base dev.cgrade.owner=nobody`
  const failed = await builds.build(`FROM BASE\n${spoofed}\nRUN echo 1 > /1\nRUN false\n`)
  expect(failed).toMatchObject({ how: 'failed' })
  const left = await builds.images()
  // This is what a reaper that believes labels would leave for ever.
  const ownLabels = await Promise.all(left.map(async (id) => (await docker.getImage(id).inspect()).Config.Labels))
  expect(ownLabels).toContainEqual(expect.objectContaining({ [runLabel]: 'other', 'dev.cgrade.role': 'base' }))
  const { id: foreign } = await builds.buildRaw(`FROM ${await foreignBase()}\nLABEL mine=1\n`, { labels: {} })
  await reapRun(builds.engine, 'other')
  await reapAbandoned(builds.engine)
  expect(await builds.images()).toEqual(left)
  // As a step's container is: its labels are those of its image.
  const lying = await builds.buildRaw(`FROM BASE\n${spoofed.replace('role=base', 'role=keeper')}\n`, { labels: {} })
  const step = await docker.createContainer({ Image: lying.id, Cmd: ['true'] })
  await reapRun(builds.engine, builds.run)
  expect(await builds.images()).toEqual([])
  await expect(step.inspect()).rejects.toMatchObject({ statusCode: 404 })
  expect(await docker.getImage(foreign ?? '').inspect()).toBeDefined()
  await removeImage(builds.engine, foreign ?? '')
})

/** What the run's base was made from; it has no labels of a run. */
async function foreignBase(): Promise<string> {
  return (await builds.engine.docker.getImage(builds.base).inspect()).Parent
}

test('H61: a registry that has no patience with us is our trouble, never the fault of a submission', async () => {
  const server = createServer((_request, answer) => {
    const errors = [{ code: 'TOOMANYREQUESTS', message: 'You have reached your pull rate limit.' }]
    answer.writeHead(429, { 'content-type': 'application/json' }).end(JSON.stringify({ errors }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    const { port } = server.address() as AddressInfo
    const options = { signal: new AbortController().signal, patienceMs: 20_000, onAnswer: () => {} }
    // Only `absent` is a fault of the Dockerfile's.
    expect((await pullImage(builds.engine, `127.0.0.1:${port}/library/golang:1.24`, options)).how).toBe('refused')
  } finally {
    server.close()
  }
})
