import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { text as readText } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Pull, pullImage } from '../sandbox/bases/pull-image.ts'
import { runLabel } from '../sandbox/engine.ts'
import { openTestBuilds, type TestBuilds } from '../stages/build/test-builds.ts'
import { takeIn } from '../stages/intake/intake.ts'
import { tarOf } from '../stages/intake/test-archives.ts'
import { assignment } from '../stages/intake/test-submission.ts'

/** Builds with one limit raised, or read by somebody who believes what images say of themselves. Each bounds itself. */

const isRoot = process.getuid?.() === 0
const mebibyte = 1024 ** 2

let builds: TestBuilds
beforeAll(async () => {
  builds = await openTestBuilds()
})
afterAll(() => builds[Symbol.asyncDispose]())

test('H40 control: an engine that loads a saved image gives the tag of a base to it', async () => {
  const { docker } = builds.engine
  const [repo, tag] = [`cgrade-control-${randomBytes(6).toString('hex')}`, 'base']
  const name = `${repo}:${tag}`
  const layer = await tarOf([{ name: 'planted', content: repo }])
  const digest = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest('hex')
  const config = JSON.stringify({
    ...{ architecture: 'amd64', os: 'linux', config: {} },
    rootfs: { type: 'layers', diff_ids: [`sha256:${digest(layer)}`] },
  })
  const saved = await tarOf([
    { name: `${digest(config)}.json`, content: config },
    { name: 'x/layer.tar', content: layer },
    {
      name: 'manifest.json',
      content: JSON.stringify([{ Config: `${digest(config)}.json`, RepoTags: [name], Layers: ['x/layer.tar'] }]),
    },
  ])
  const folder = await mkdtemp(join(tmpdir(), 'cgrade-build-controls-'))
  try {
    const path = join(folder, 'alice.tar')
    await writeFile(path, saved)
    const taken = await takeIn({ id: 'alice', path }, assignment.limits.intake, join(folder, 'work'))
    expect(taken).toMatchObject({ ok: false, fault: { reason: 'intake.saved-image' } })
    await docker.getImage(builds.base).tag({ repo, tag })
    expect((await docker.getImage(name).inspect()).Id).toBe(builds.base)
    await readText((await docker.loadImage(Readable.from([saved]) as never)) as Readable)
    expect((await docker.getImage(name).inspect()).Id).toBe(`sha256:${digest(config)}`)
  } finally {
    await docker
      .getImage(name)
      .remove()
      .catch(() => {})
    await rm(folder, { recursive: true, force: true })
  }
})

test.skipIf(!isRoot)('H43 control: with the limit raised, the same processes are all started', async () => {
  const text = 'FROM BASE\nRUN for i in $(seq 60); do sleep 3 & done; wait; echo all-of-them\n'
  expect(await builds.build(text, { pids: 20 })).toMatchObject({ built: false, how: 'failed' })
  expect(await builds.build(text)).toMatchObject({ built: true, log: expect.stringMatching(/^all-of-them$/m) })
})

test('H44 control: with the limit raised, the same step has its memory', async () => {
  const text = 'FROM BASE\nRUN dd if=/dev/zero of=/dev/null bs=96M count=1 && echo had-it-all\n'
  expect(await builds.build(text, { memoryBytes: 48 * mebibyte })).toMatchObject({ built: false, how: 'failed' })
  expect(await builds.build(text)).toMatchObject({ built: true, log: expect.stringMatching(/^had-it-all$/m) })
})

test('H46 control: with nobody to look at the time, the step comes through', async () => {
  const text = "FROM BASE\nRUN trap '' TERM INT HUP; sleep 5; echo came-through\n"
  expect(await builds.build(text, { timeoutMs: 2_000 })).toMatchObject({ built: false, how: 'timeout' })
  expect((await builds.buildRaw(text)).log).toContain('came-through')
})

test('H49 control: built on what the last build has left, the next one finds it', async () => {
  const look = 'RUN cat /cache/left\n'
  const last = await builds.buildRaw('FROM BASE\nRUN mkdir /cache && echo canary-of-alice > /cache/left\n')
  expect((await builds.buildRaw(`FROM ${last.id}\n${look}`)).log).toContain('canary-of-alice')
  const next = await builds.build(`FROM BASE\n${look}`)
  expect(next).toMatchObject({ built: false, how: 'failed' })
  expect(next.log).not.toContain('canary-of-alice')
})

test('H52 control: a reaper that goes by what images say of themselves leaves this one for ever', async () => {
  const { docker } = builds.engine
  const { id } = await builds.buildRaw(`FROM BASE\nLABEL ${runLabel}=other dev.cgrade.role=base\n`, { labels: {} })
  const listed = await docker.listImages({ all: true, filters: { label: [`${runLabel}=${builds.run}`] } } as object)
  expect(listed.map(({ Id }) => Id)).toContain(builds.base)
  expect(listed.map(({ Id }) => Id)).not.toContain(id)
  // Ours goes by what it was built on.
  expect(await builds.images()).toContain(id)
})

test('H61 control: read as "there is no such image", a registry without patience costs every point', async () => {
  const server = createServer(({ url = '' }, answer) => {
    const [status, code, message] = url.includes('/golang/')
      ? [429, 'TOOMANYREQUESTS', 'You have reached your pull rate limit.']
      : [url === '/v2/' ? 200 : 404, 'MANIFEST_UNKNOWN', 'manifest unknown']
    answer
      .writeHead(status, { 'content-type': 'application/json' })
      .end(JSON.stringify({ errors: [{ code, message }] }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const options = { signal: new AbortController().signal, patienceMs: 20_000, onAnswer: () => {} }
  const pull = (name: string) => pullImage(builds.engine, `127.0.0.1:${port}/library/${name}`, options)
  try {
    const [limited, missing] = [await pull('golang:1.24'), await pull('none:1')]
    const blamesNaively = ({ how }: Pull) => how !== 'pulled'
    const blames = ({ how }: Pull) => how === 'absent'
    expect([limited, missing].map(blamesNaively)).toEqual([true, true])
    expect([limited, missing].map(blames)).toEqual([false, true])
  } finally {
    server.close()
  }
})
