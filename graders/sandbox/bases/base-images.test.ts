import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { connectEngine, type Engine, ownerLabel, ownerOfThisProcess, roleLabel, runLabel } from '../engine.ts'
import { reapRun } from '../reaper.ts'
import { type BaseImagePolicy, type BaseImages, createBaseImages, type GoVariant } from './base-images.ts'
import { deriveImage } from './derive-image.ts'
import { pullImage, readRefusal } from './pull-image.ts'
import { startTestRegistry } from './test-registry.ts'
import { UnknownBaseImage } from './unknown-base-image.ts'

let engine: Engine
const never = new AbortController().signal
const open: { bases: BaseImages; run: string }[] = []

beforeAll(async () => {
  engine = await connectEngine()
})
afterEach(async () => {
  for (const { bases, run } of open.splice(0)) {
    await bases.dispose()
    await reapRun(engine, run)
  }
})

/** In the order of the alphabet it comes before ours: an engine that sets labels one by one gives it to every image between. */
const firstLabel = 'dev.cgrade.a-test'

async function openRun(policy: Partial<BaseImagePolicy> = {}) {
  const run = `test-${randomBytes(6).toString('hex')}`
  const said: string[] = []
  const runLabels = { [firstLabel]: run, [runLabel]: run, [ownerLabel]: await ownerOfThisProcess() }
  const bases = createBaseImages(engine, { standIns: true, say: (text) => said.push(text), runLabels, ...policy })
  open.push({ bases, run })
  return { bases, run, said }
}

/** Asked for often enough, a base is warmed; the first builds do not wait for it. */
async function prepareWarm(bases: BaseImages, name: string, goVariant: GoVariant) {
  for (let use = 1; use < 3; use += 1) await bases.prepare(name, { goVariant })
  return bases.prepare(name, { goVariant })
}

/** As a submission is built: labels only through the base. */
function build(dockerfile: string): Promise<string> {
  return deriveImage(engine, { dockerfile, labels: {}, signal: never })
}

async function runImage(image: string, run: string, command?: string[]): Promise<string> {
  const container = await engine.docker.createContainer({
    Image: image,
    Labels: { [runLabel]: run },
    Tty: true,
    HostConfig: { NetworkMode: 'none' },
    ...(command === undefined ? {} : { Cmd: command }),
  })
  try {
    await container.start()
    await container.wait()
    return (await container.logs({ stdout: true, stderr: true })).toString()
  } finally {
    await container.remove({ force: true })
  }
}

async function imagesOf(run: string) {
  const filters = { label: [`${firstLabel}=${run}`] } as unknown as string
  return engine.docker.listImages({ all: true, filters })
}

describe('a base prepared for a run', () => {
  test('runs a static program on scratch, where no shell is', async () => {
    const { bases, run } = await openRun()
    const golang = await bases.prepare('golang:1.24', { goVariant: 'cgo0' })
    const scratch = await bases.prepare('scratch', {})
    expect(scratch).toMatchObject({ name: 'scratch', digest: 'scratch', standIn: false })
    const program = 'package main; func main() { println("hello from scratch") }'
    const image = await build(
      `FROM ${golang.id} AS a\nRUN echo '${program}' > m.go && CGO_ENABLED=0 go build -o /m m.go\nFROM ${scratch.id}\nCOPY --from=a /m /m\nCMD ["/m"]`,
    )
    expect(await runImage(image, run)).toContain('hello from scratch')
    await expect(runImage(image, run, ['/bin/sh'])).rejects.toThrow(/no such file|not found/)
  })

  test('hands the labels of the run on to every step that is built on it', async () => {
    const { bases, run } = await openRun()
    const { id } = await bases.prepare('busybox', {})
    const before = await imagesOf(run)
    await build(`FROM ${id}\nRUN echo 1 > /one\nRUN echo 2 > /two`)
    expect((await imagesOf(run)).length).toBe(before.length + 2)
  })

  test('keeps command, environment and folder of the image that it was made from', async () => {
    const { bases, said } = await openRun()
    const { id, digest } = await bases.prepare('golang:1.24', {})
    const prepared = await engine.docker.getImage(id).inspect()
    const original = await engine.docker.getImage(prepared.Parent || digest).inspect()
    const { Labels, Image, ...config } = prepared.Config
    expect(Labels[roleLabel]).toBe('run-base')
    expect(config).toMatchObject({
      Cmd: original.Config.Cmd,
      Entrypoint: original.Config.Entrypoint,
      Env: original.Config.Env,
      WorkingDir: '/go',
    })
    expect(said.length).toBeLessThan(10)
  })

  test('is made once, whoever asks, and removed at the end of the run', async () => {
    const { bases, run } = await openRun()
    const asked = await Promise.all([1, 2, 3].map(() => bases.prepare('alpine', {})))
    expect(new Set(asked.map(({ id }) => id)).size).toBe(1)
    expect(bases.used().map(({ name }) => name)).toEqual(['alpine'])
    expect((await imagesOf(run)).length).toBe(1)
    await bases.dispose()
    expect(await imagesOf(run)).toEqual([])
  })

  test('compiles none of the standard library again when it is warm', async () => {
    const { bases, run } = await openRun()
    const { id } = await prepareWarm(bases, 'golang:1.24', 'cgo0')
    const list = ['sh', '-c', 'CGO_ENABLED=0 go build -v net/http html/template && echo compiled nothing more']
    expect((await runImage(id, run, list)).trim()).toBe('compiled nothing more')
  })

  test.runIf(process.env.CGRADE_NIGHTLY)(
    'compiles to the same program, bit for bit, warm or cold (nightly)',
    async () => {
      const { bases, run } = await openRun()
      const program = 'package main\nimport "net/http"\nfunc main() { http.ListenAndServe(":80", nil) }\n'
      const compile = `printf '%s' '${program}' > /tmp/m.go && go build -o /tmp/m /tmp/m.go && sha256sum /tmp/m`
      const cold = await bases.prepare('golang:1.24', {})
      const warm = await prepareWarm(bases, 'golang:1.24', 'cgo1')
      const sums = await Promise.all([cold, warm].map(({ id }) => runImage(id, run, ['sh', '-c', compile])))
      expect(sums[0]).toMatch(/^[0-9a-f]{64} /)
      expect(sums[1]).toBe(sums[0])
    },
  )
})

describe('an image that the engine has', () => {
  test('is used and left as it is, stand-ins or not', async () => {
    const tag = `cgrade-test-${randomBytes(6).toString('hex')}`
    const scratch = await build('FROM scratch\nLABEL made-by=test\nENV REAL=1')
    await engine.docker.getImage(scratch).tag({ repo: 'alpine', tag })
    try {
      const { bases } = await openRun()
      const base = await bases.prepare(`alpine:${tag}`, {})
      expect(base).toMatchObject({ standIn: false, digest: scratch })
      expect((await engine.docker.getImage(base.id).inspect()).Config.Env).toContain('REAL=1')
      await bases.dispose()
      expect((await engine.docker.getImage(`alpine:${tag}`).inspect()).Id).toBe(scratch)
    } finally {
      await engine.docker.getImage(`alpine:${tag}`).remove({ force: true })
    }
  })

  test('comes from the mirror when it has it', async () => {
    const name = `cgrade-test-${randomBytes(6).toString('hex')}`
    await using registry = await startTestRegistry(`library/${name}`, engine.architecture)
    const { bases, said } = await openRun({ mirror: registry.host })
    try {
      const base = await bases.prepare(`${name}:1`, {})
      expect(base.standIn).toBe(false)
      expect(base.digest).toMatch(/^sha256:/)
      expect((await engine.docker.getImage(base.id).inspect()).Config.Env).toContain('FROM_TEST_REGISTRY=1')
      expect(said).toEqual([`Pulling ${registry.host}/library/${name}:1.`])
    } finally {
      await bases.dispose()
      await engine.docker.getImage(`${registry.host}/library/${name}:1`).remove({ force: true })
    }
  })
})

describe('an image that cannot be had', () => {
  test('is ours when no registry answers, and costs nothing the second time', async () => {
    const { bases } = await openRun()
    const failure = { code: 'base-image.unavailable', message: expect.stringContaining('registry.invalid/base:1') }
    await expect(bases.prepare('registry.invalid/base:1', {})).rejects.toMatchObject(failure)
    await expect(bases.prepare('registry.invalid/base:1', {})).rejects.toMatchObject(failure)
  })

  test('is ours when stand-ins are switched off', async () => {
    const { bases } = await openRun({ standIns: false })
    await expect(bases.prepare('registry.invalid/distroless/static', {})).rejects.toMatchObject({
      code: 'base-image.unavailable',
      message: expect.stringContaining('switched off'),
    })
  })

  test.each(['localhost:5000/base', '10.0.0.7/base', 'Not a name'])(
    'is the fault of the Dockerfile: %s',
    async (name) => {
      const { bases } = await openRun()
      await expect(bases.prepare(name, {})).rejects.toBeInstanceOf(UnknownBaseImage)
    },
  )

  test('is known as absent when the registry says so', async () => {
    await using registry = await startTestRegistry('library/other', engine.architecture)
    const options = { signal: never, patienceMs: 5_000, onAnswer: () => {} }
    expect(await pullImage(engine, `${registry.host}/library/missing:1`, options)).toMatchObject({ how: 'absent' })
    expect(registry.requests.join()).toContain('/v2/library/missing/manifests/1')
  })

  test('is given up when the run is interrupted', async () => {
    const { bases } = await openRun()
    const signal = AbortSignal.abort()
    await expect(bases.prepare('alpine', { signal })).rejects.toMatchObject({ code: 'interrupted' })
    await sleep(1)
    expect(await bases.prepare('alpine', {})).toMatchObject({ name: 'alpine' })
  })
})

test.each([
  ['manifest for golang:9.99 not found: manifest unknown: manifest unknown', 'absent'],
  ["pull access denied for nosuch/image, repository does not exist or may require 'docker login'", 'absent'],
  ['(HTTP code 404) no such image - manifest unknown', 'absent'],
  ['no matching manifest for linux/arm64/v8 in the manifest list entries', 'refused'],
  ['toomanyrequests: You have reached your pull rate limit.', 'refused'],
  ['Get "https://registry-1.docker.io/v2/": dial tcp: lookup registry-1.docker.io: no such host', 'unreachable'],
  ['Get "https://gcr.io/v2/": context deadline exceeded', 'unreachable'],
  ['received unexpected HTTP status: 502 Bad Gateway', 'unreachable'],
])('reads %j as %s', (message, how) => {
  expect(readRefusal(message).how).toBe(how)
})
