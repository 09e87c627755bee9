import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { pack } from 'tar-stream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { GraderError } from '../../model/grader-error.ts'
import { connectEngine, type Engine } from '../../sandbox/engine.ts'
import { parseDockerfile } from './dockerfile.ts'
import { foreignImages } from './gate-dockerfile.ts'
import { rewriteDockerfile } from './rewrite-dockerfile.ts'

const id = `sha256:${'a'.repeat(64)}`
const other = `sha256:${'b'.repeat(64)}`

function rewrite(text: string, base = id, architecture = 'x86_64') {
  const result = parseDockerfile(text)
  if (!result.ok) throw new Error(`refused: ${result.fault.message}`)
  const { dockerfile } = result
  const images = dockerfile.stages.filter(({ from }) => from.kind === 'image')
  return rewriteDockerfile(dockerfile, {
    stageBases: new Map(images.map(({ index }) => [index, base])),
    foreignImages: new Map(foreignImages(dockerfile).map(({ name }) => [name, other])),
    architecture,
  })
}

test.each([
  ['a base', 'FROM golang:1.17\nRUN x\n', `FROM ${id}\nRUN x\n`],
  ['a named stage', '  from golang as build\n', `FROM ${id} AS build\n`],
  ['a base from ARG', 'ARG V=1\nFROM golang:$V AS b\n', `ARG V=1\nFROM ${id} AS b\n`],
  ['FROM over several lines', 'FROM \\\n # c\n golang \\\n AS b\nRUN x', `FROM ${id} AS b\n\n\n\nRUN x`],
  ['FROM over CRLF lines', 'FROM \\\r\n golang\r\nRUN x\r\n', `FROM ${id}\r\n\r\nRUN x\r\n`],
  ['an earlier stage', 'FROM a AS b\nFROM b\n', `FROM ${id} AS b\nFROM b\n`],
  ['an earlier stage from ARG', 'ARG T=b\nFROM a AS b\nFROM $T AS c\n', `ARG T=b\nFROM ${id} AS b\nFROM b AS c\n`],
  ['scratch without an image for it', 'FROM scratch\n', 'FROM scratch\n'],
  [
    '--from of an image',
    'FROM a\nCOPY --chown=1 --from=golang:1.24 /a /b\n',
    `FROM ${id}\nCOPY --chown=1 --from=${other} /a /b\n`,
  ],
  ['--from of a stage', 'FROM a AS b\nCOPY --from=b /a /b\n', `FROM ${id} AS b\nCOPY --from=b /a /b\n`],
  ['a cache mount', 'FROM a\nRUN --mount=type=cache,target=/x go build\n', `FROM ${id}\nRUN  go build\n`],
  [
    'cache mounts over several lines',
    'FROM a\nRUN --mount=type=cache,target=/x \\\n # c\n --mount=type=cache,\\\ntarget=/y \\\n  go build\n',
    `FROM ${id}\nRUN  \\\n # c\n \\\n \\\n  go build\n`,
  ],
  [
    'a mount that is no cache',
    'FROM a\nRUN --mount=type=bind,target=/x ls\n',
    `FROM ${id}\nRUN --mount=type=bind,target=/x ls\n`,
  ],
  ['--link', 'FROM a\nCOPY --link --chown=1 a b\nADD --link a b\n', `FROM ${id}\nCOPY  --chown=1 a b\nADD  a b\n`],
  ['a trigger', 'FROM a\nONBUILD COPY --link a b\n', `FROM ${id}\nONBUILD COPY  a b\n`],
  [
    'a flag inside a command',
    'FROM a\nRUN tool --mount=type=cache --link\n',
    `FROM ${id}\nRUN tool --mount=type=cache --link\n`,
  ],
  ['a health check', 'FROM a\nHEALTHCHECK --start-interval=1s CMD x\n', `FROM ${id}\nHEALTHCHECK  CMD x\n`],
  ['a syntax line', '# syntax=evil/frontend\nFROM a\n', `# the syntax line has no effect here\nFROM ${id}\n`],
  [
    'a syntax line before escape',
    '# syntax=x\n# escape=`\nFROM a\n',
    `# escape=\`\n# the escape line has no effect here\nFROM ${id}\n`,
  ],
  ['escape alone', '\uFEFF# escape=`\nFROM a\n', `\uFEFF# escape=\`\nFROM ${id}\n`],
])('rewrites %s', (_, text, expected) => {
  expect(rewrite(text).text).toBe(expected)
})

test('tells what it left out once, and only what matters', () => {
  const mounts = 'RUN --mount=type=cache,target=/x a\n'.repeat(3)
  expect(rewrite(`# syntax=docker/dockerfile:1\nFROM --platform=linux/amd64 a\n${mounts}`).notes).toEqual([
    expect.stringContaining('`# syntax=` line'),
    expect.stringContaining('`RUN --mount=type=cache`'),
  ])
  expect(rewrite('FROM --platform=$BUILDPLATFORM a\nRUN b\n', id, process.arch).notes).toEqual([])
})

test('tells when another platform was asked for', () => {
  expect(rewrite('FROM --platform=linux/arm64 a\n').notes[0]).toContain('linux/amd64')
  expect(rewrite('FROM --platform=linux/arm64/v8 a\n', id, 'aarch64').notes).toEqual([])
  expect(rewrite('FROM --platform=amd64 a\n').notes).toEqual([])
})

test('refuses to go on with a stage that has no image', () => {
  const result = parseDockerfile('FROM golang\n')
  if (!result.ok) throw new Error('refused')
  expect(() => rewriteDockerfile(result.dockerfile, { stageBases: new Map(), foreignImages: new Map() })).toThrow(
    GraderError,
  )
})

test('never moves a line, whatever the Dockerfile looks like', () => {
  const pieces = [
    '\nFROM a',
    ' AS b',
    '\\\n',
    '\n',
    '\r\n',
    ' ',
    '# c\n',
    '\nRUN --mount=type=cache,id=x',
    ' go',
    '\nCOPY --link a b',
    ' --from=golang',
  ]
  const beginnings = ['', '# syntax=x\n', '# escape=`\n', '\uFEFF# syntax=x\r\n# check=y\r\n']
  let state = 7
  const choose = (from: string[]) => {
    state = (state * 1_103_515_245 + 12_345) & 0x7fffffff
    return from[(state >> 8) % from.length] as string
  }
  let rewritten = 0
  for (let round = 0; round < 5000; round++) {
    const text = `${choose(beginnings)}FROM a${Array.from({ length: 8 }, () => choose(pieces)).join('')}`
    if (!parseDockerfile(text).ok) continue
    rewritten += 1
    expect(rewrite(text).text.split('\n').length, JSON.stringify(text)).toBe(text.split('\n').length)
  }
  expect(rewritten).toBeGreaterThan(500)
})

describe('on the engine', () => {
  let engine: Engine
  let base = ''
  const labels = { 'dev.cgrade.test': 'rewrite-dockerfile' }

  beforeAll(async () => {
    engine = await connectEngine()
    const rootfs = pack()
    rootfs.entry({ name: 'etc/base' }, 'base')
    rootfs.finalize()
    const options = { fromSrc: '-', changes: 'LABEL dev.cgrade.test=rewrite-dockerfile' }
    const imported = await engine.docker.importImage(Readable.from(rootfs), options)
    for await (const line of createInterface({ input: imported as unknown as Readable }))
      base = JSON.parse(line).status ?? base
  })

  afterAll(async () => {
    const filters = { label: ['dev.cgrade.test=rewrite-dockerfile'] }
    const images = await engine.docker.listImages({ all: true, filters })
    for (const { Id } of images)
      await engine.docker
        .getImage(Id)
        .remove({ force: true })
        .catch(() => {})
  })

  async function buildText(text: string): Promise<{ steps: string[]; error?: string; id?: string }> {
    const context = pack()
    context.entry({ name: 'Dockerfile' }, text)
    context.entry({ name: 'file' }, 'content')
    context.finalize()
    const steps: string[] = []
    const end: { error?: string; id?: string } = {}
    try {
      const stream = await engine.docker.buildImage(Readable.from(context), {
        version: '1',
        labels,
        nocache: true,
        forcerm: true,
      } as object)
      for await (const line of createInterface({ input: stream as Readable })) {
        const event = JSON.parse(line)
        if (event.stream?.startsWith('Step ')) steps.push(event.stream)
        if (event.error !== undefined) end.error = event.error
        if (event.aux?.ID !== undefined) end.id = event.aux.ID
      }
    } catch (thrown) {
      end.error = String(thrown)
    }
    return { steps, ...end }
  }

  test('what only BuildKit understood builds after rewriting, with the images put in by id', async () => {
    const text = [
      '# syntax=docker/dockerfile:1',
      'ARG NAME=nothing:1',
      'FROM --platform=$BUILDPLATFORM \\',
      '  $NAME AS build',
      'COPY --link file /from-build',
      'FROM nothing:2',
      'COPY --from=build --link /from-build /b',
      'COPY --from=golang:1.99 /etc/base /from-image',
      'HEALTHCHECK --start-interval=1s CMD ["/x"]',
      'ENV VERSION=1',
      'CMD ["/x"]',
    ].join('\n')
    const result = parseDockerfile(text)
    if (!result.ok) throw new Error(result.fault.message)
    expect((await buildText(text)).error).toBeDefined()
    const { text: rewritten } = rewriteDockerfile(result.dockerfile, {
      stageBases: new Map([
        [0, base],
        [1, base],
      ]),
      foreignImages: new Map([['golang:1.99', base]]),
    })
    const built = await buildText(rewritten)
    expect(built.error).toBeUndefined()
    // The step after ours is the label of this test.
    expect(built.steps).toHaveLength(result.dockerfile.steps.length + 1)
    const { Config } = await engine.docker.getImage(built.id ?? '').inspect()
    expect(Config).toMatchObject({ Env: expect.arrayContaining(['VERSION=1']), Cmd: ['/x'] })
  })

  test('the engine names the line of the student in what it refuses', async () => {
    const text = '# syntax=x\nFROM \\\n  golang \\\n  AS b\n\nCOPY --link \\\n  a b\nCOPY only\n'
    expect((await buildText(rewrite(text, base).text)).error).toContain('line 8: COPY requires at least two arguments')
  })
})
