import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { stripVTControlCharacters } from 'node:util'
import { gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { assignmentSchema } from '../../model/assignment.ts'
import type { Submission } from '../../model/submission.ts'
import { runLabel } from '../../sandbox/engine.ts'
import { removeImage } from '../../sandbox/images.ts'
import { build } from './build.ts'
import { openTestBuilds, type TestBuilds } from './test-builds.ts'

let builds: TestBuilds

beforeAll(async () => {
  builds = await openTestBuilds()
})

afterAll(async () => {
  await builds[Symbol.asyncDispose]()
})

/** Processes on this machine whose arguments hold the text. */
async function processesWith(text: string): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'latin1').catch(() => '')))
  return lines.filter((line) => line.includes(text))
}

test('H46: a step that ignores signals and leaves daemons is over with its time', async () => {
  const mark = `mark-${randomBytes(6).toString('hex')}`
  const daemon = `setsid nohup sh -c "trap '' TERM HUP INT; while :; do sleep 1; done" ${mark}`
  const end = await builds.build(
    `FROM BASE\nRUN trap '' TERM INT HUP; ${daemon} & ${daemon} & while :; do sleep 1; done\n`,
    {
      timeoutMs: 4_000,
    },
  )
  expect(end).toMatchObject({ built: false, how: 'timeout' })
  for (let tries = 0; tries < 50 && (await processesWith(mark)).length > 0; tries += 1) await sleep(100)
  expect(await processesWith(mark)).toEqual([])
  expect(await builds.images()).toEqual([])
})

test('H46: the image of a stage is not the image of a build whose time was over', async () => {
  const end = await builds.build('FROM BASE AS one\nRUN true\nFROM BASE\nRUN sleep 60\n', { timeoutMs: 6_000 })
  expect(end).toMatchObject({ built: false, how: 'timeout', log: expect.stringContaining('Step 4/') })
})

test('H46: a step that names another container as its own does not have that one removed', async () => {
  const { docker } = builds.engine
  const other = await docker.createContainer({
    Image: builds.base,
    Cmd: ['sleep', '60'],
    Labels: { [runLabel]: builds.run },
  })
  try {
    await other.start()
    const line = ` ---> Running in ${other.id.slice(0, 12)}`
    const end = await builds.build(`FROM BASE\nRUN echo "${line}"; sleep 60\n`, { timeoutMs: 4_000 })
    expect(end).toMatchObject({ how: 'timeout', log: expect.stringContaining(`\n${line}\n`) })
    expect((await other.inspect()).State.Running).toBe(true)
  } finally {
    await other.remove({ force: true })
  }
})

test('H45: what all steps write counts, and comes back', async () => {
  const step = 'RUN dd if=/dev/urandom of=/fill-$(cat /proc/sys/kernel/random/uuid) bs=1M count=40\n'
  const end = await builds.build(`FROM BASE\n${step.repeat(3)}RUN sleep 20\n`, { diskBytes: 100 * 1024 ** 2 })
  expect(end).toMatchObject({ built: false, how: 'disk' })
  expect(await builds.images()).toEqual([])
})

test('H45: a step that names containers and images that do not exist hides nothing', async () => {
  const lies = `for i in 1 2 3; do echo " ---> Running in 00000000000$i"; sleep 0.1; echo " ---> 00000000000$i"; sleep 0.1; done`
  const step = `RUN ${lies}; dd if=/dev/urandom of=/fill-$(cat /proc/sys/kernel/random/uuid) bs=1M count=40; sleep 1\n`
  const end = await builds.build(`FROM BASE\n${step.repeat(4)}`, { diskBytes: 100 * 1024 ** 2 })
  expect(end).toMatchObject({ built: false, how: 'disk' })
})

test('H45: copying counts, too', async () => {
  const copies = Array.from({ length: 60 }, (_, at) => `COPY fill /fill${at}\n`).join('')
  const text = `FROM BASE\n${copies}RUN sleep 20\n`
  const end = await builds.build(text, { diskBytes: 60e6 }, { fill: randomBytes(10_000_000) })
  expect(end).toMatchObject({ built: false, how: 'disk' })
})

/** Where the engine keeps what a container writes; nothing when the container is gone. */
async function layerOf(container: string): Promise<string> {
  const inspected = await builds.engine.docker
    .getContainer(container)
    .inspect()
    .catch(() => undefined)
  return (inspected?.GraphDriver.Data as { UpperDir?: string } | undefined)?.UpperDir ?? ''
}

test.skipIf(process.getuid?.() !== 0)(
  'H45: files with holes that a step has left do not keep the engine busy',
  async () => {
    const { docker } = builds.engine
    const building = builds.build('FROM BASE\nRUN for i in 1 2 3 4 5 6 7 8; do truncate -s 1G /holes$i; done\n')
    let layer = ''
    for (let tries = 0; layer === '' && tries < 200; tries += 1) {
      const [step] = await docker.listContainers({ all: true, filters: { label: [`${runLabel}=${builds.run}`] } })
      if (step === undefined) await sleep(25)
      else layer = await layerOf(step.Id)
    }
    expect(await building).toMatchObject({ how: 'disk', bytes: 8 * 1024 ** 3 })
    // The engine lets go of the layer when it has ended copying, which would take it a minute.
    for (let tries = 0; tries < 200 && (await stat(layer).catch(() => undefined)); tries += 1) await sleep(100)
    expect(await stat(layer).catch(() => undefined)).toBeUndefined()
  },
)

test('H45: neither a failed build nor the stages of one that succeeded hold disk until the run ends', async () => {
  const failed = await builds.build('FROM BASE AS one\nRUN echo 1 > /1\nFROM BASE\nRUN echo 2 > /2\nRUN false\n')
  expect(failed).toMatchObject({ built: false, how: 'failed' })
  expect(await builds.images()).toEqual([])
  const built = await builds.build('FROM BASE AS one\nRUN echo 1 > /1\nFROM BASE\nCOPY --from=one /1 /2\n')
  if (!built.built) throw new Error(built.how)
  const left = await builds.images()
  expect(left).toContain(built.imageId)
  const history = (await builds.engine.docker.getImage(built.imageId).history()) as { Id: string }[]
  expect(left.filter((id) => !history.some(({ Id }) => Id === id))).toEqual([])
  await removeImage(builds.engine, built.imageId)
})

test('H47: what no terminal shows counts as printed', async () => {
  const flood = `yes "$(printf '\\033[0m\\r')" | tr -d '\\n' | head -c 3000000`
  const end = await builds.build(`FROM BASE\nRUN ${flood}\n`, { logBytes: 1_000_000 })
  expect(end).toMatchObject({ built: false, how: 'log-too-large' })
})

test('H47 control: counted as it is shown, the flood is nothing', () => {
  expect(stripVTControlCharacters('\u001b[0m'.repeat(1000))).toBe('')
})

test('H45: an image that adds too much to its base is not kept', async () => {
  const { engine, run } = builds
  const submission = {
    id: 's',
    root: await mkdtemp(join(tmpdir(), 'cgrade-large-')),
    entries: [],
  } as unknown as Submission
  try {
    await writeFile(join(submission.root, 'Dockerfile'), 'FROM busybox\nRUN dd if=/dev/zero of=/f bs=1M count=3\n')
    const limits = { ...assignmentSchema.shape.limits.parse(undefined).build, imageBytes: 2 * 1024 ** 2 }
    const bases = builds.bases
    const candidate = { dockerfile: 'Dockerfile', context: '.', because: [] }
    const { signal } = new AbortController()
    const plan = { engine, bases, submission, candidate, limits, labels: { [runLabel]: run }, signal }
    const before = await builds.images()
    expect(await build(plan)).toMatchObject({ ok: false, fault: { reason: 'build.too-large' } })
    expect(await builds.images()).toEqual(before)
    expect(await build({ ...plan, limits: { ...limits, imageBytes: 4 * 1024 ** 2 } })).toMatchObject({ ok: true })
  } finally {
    await rm(submission.root, { recursive: true })
  }
})

test('H45 control: what ADD unpacks is written outside of every limit of the build', async () => {
  const tar = pack()
  tar.entry({ name: 'zeros' }, Buffer.alloc(30_000_000))
  tar.finalize()
  const packed = gzipSync(await buffer(tar))
  expect(packed.length).toBeLessThan(100_000)
  const end = await builds.build('FROM BASE\nADD bomb.tgz /x\n', {}, { 'bomb.tgz': packed })
  if (!end.built) throw new Error(end.how)
  const image = await builds.engine.docker.getImage(end.imageId).inspect()
  const { Size } = await builds.engine.docker.getImage(builds.base).inspect()
  expect(image.Size - Size).toBeGreaterThanOrEqual(30_000_000)
  await removeImage(builds.engine, end.imageId)
})
