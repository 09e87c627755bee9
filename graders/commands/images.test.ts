import { createWriteStream } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { pack } from 'tar-stream'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { UsageError } from '../model/grader-error.ts'
import { importImage } from '../sandbox/bases/import-image.ts'
import { connectEngine, type Engine } from '../sandbox/engine.ts'
import { machineMissing, machineReady } from '../sandbox/machine/script-machine.ts'
import type { ImagesOptions } from './command-line.ts'
import { images } from './images.ts'
import { recordIo } from './recorded-io.ts'

let engine: Engine
let folder = ''

beforeAll(async () => {
  engine = await connectEngine()
  folder = await mkdtemp(join(tmpdir(), 'cgrade-images-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

function optionsWith(given: Partial<ImagesOptions>): ImagesOptions {
  return { names: [], warm: false, standIns: true, machine: false, list: false, json: false, ...given }
}

test('prepares what is named and shows it in a table', async () => {
  const io = recordIo()
  expect(await images(optionsWith({ names: ['scratch', 'busybox'] }), io)).toBe(0)
  const [header, ...rows] = io.stdout().trimEnd().split('\n')
  expect(header).toMatch(/^IMAGE +KIND +SIZE +ID +MADE OF$/)
  expect(rows.map((row) => row.split(/ +/)[0])).toEqual(['scratch', 'busybox'])
})

test('prints one document, in which a name that cannot be had is told beside the others', async () => {
  const io = recordIo()
  const names = ['registry.invalid/base:1', 'localhost/base', 'scratch']
  expect(await images(optionsWith({ names, json: true }), io)).toBe(3)
  expect(JSON.parse(io.stdout())).toMatchObject({
    schema: 'cgrade/images/v1',
    images: [{ name: 'scratch', id: expect.stringMatching(/^sha256:/) }],
    problems: [
      { name: 'registry.invalid/base:1', code: 'base-image.unavailable' },
      { name: 'localhost/base', code: 'unknown-image' },
    ],
  })
})

test('loads a file that docker save wrote, and lists what is in it', async () => {
  const name = `cgrade-test-load-${process.pid}:1`
  const file = join(folder, 'saved.tar')
  const tar = pack()
  tar.entry({ name: 'file' }, 'content')
  tar.finalize()
  const signal = new AbortController().signal
  const id = await importImage(engine, Readable.from(tar), { settings: {}, labels: {}, signal })
  await engine.docker.getImage(id).tag({ repo: name.slice(0, -2), tag: '1' })
  await pipeline(await engine.docker.getImage(name).get(), createWriteStream(file))
  await engine.docker.getImage(name).remove({ force: true })
  const io = recordIo()
  try {
    expect(await images(optionsWith({ load: file, json: true }), io)).toBe(0)
    expect(io.stderr()).toContain(`Loaded ${name}`)
    expect(JSON.parse(io.stdout())).toMatchObject({ images: [{ name, kind: 'real' }], problems: [] })
    const list = recordIo()
    expect(await images(optionsWith({ list: true }), list)).toBe(0)
    expect(list.stdout()).toContain(name)
  } finally {
    await engine.docker.getImage(name).remove({ force: true })
  }
})

const noMachine = await machineMissing(1)
test.skipIf(noMachine !== undefined)(
  `prepares the virtual machine for scripts and nothing else${noMachine === undefined ? '' : ` [${noMachine}]`}`,
  { timeout: 600_000 },
  async () => {
    const io = recordIo()
    expect(await images(optionsWith({ machine: true, json: true }), io)).toBe(0)
    expect(JSON.parse(io.stdout())).toEqual({ schema: 'cgrade/images/v1', images: [], problems: [] })
    expect(io.stderr()).toContain('The virtual machine for scripts is ready.')
    expect(await machineReady(1)).toBe(true)
  },
)

test('refuses a file that is not there, a folder, and what no engine can load', async () => {
  const text = join(folder, 'notes.txt')
  await writeFile(text, 'no archive of images')
  await expect(images(optionsWith({ load: join(folder, 'missing.tar') }), recordIo())).rejects.toThrow(UsageError)
  await expect(images(optionsWith({ load: folder }), recordIo())).rejects.toThrow(/no file/)
  await expect(images(optionsWith({ load: text }), recordIo())).rejects.toThrow(text)
})
