import { Readable } from 'node:stream'
import { text as readText } from 'node:stream/consumers'
import { pack } from 'tar-stream'
import { expect, test } from 'vitest'
import { connectEngine } from '../../sandbox/engine.ts'
import { readDirectives, readInstructions } from './dockerfile-instructions.ts'

test('keeps the way back from the joined text to the file', () => {
  const text = 'FROM a\nRUN --x=\\\n  # comment\n1 \\\n  b\nCMD c'
  const { instructions } = readInstructions(text)
  const run = instructions[1]
  expect(run?.text).toBe('RUN --x=1   b')
  expect(run?.offsets.map((offset) => text[offset]).join('')).toBe(run?.text)
  expect(text.slice(run?.start, run?.end)).toBe('RUN --x=\\\n  # comment\n1 \\\n  b')
})

test('reads directives until the first line that is none', () => {
  const names = (text: string) => readDirectives(text).map(({ name, value }) => `${name}=${value}`)
  expect(names('# syntax = docker/dockerfile:1\r\n#ESCAPE=`\r\nFROM a')).toEqual([
    'syntax=docker/dockerfile:1',
    'escape=`',
  ])
  expect(names('\uFEFF# check=skip=all\n')).toEqual(['check=skip=all'])
  expect(names('# a comment\n# escape=`\n')).toEqual([])
  expect(names('\n# escape=`\n')).toEqual([])
})

const keywords =
  'ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER VOLUME WORKDIR'
const pieces = [
  ...[
    'CMD b',
    'cmd x',
    'CMD y z',
    ' \\',
    '\\',
    '\\\\',
    '\\\\\\',
    '\\  ',
    '\\\t\n',
    '\\\n\n',
    '\\\n# z\n',
    '\n',
    '\n',
    '\n',
    '\r\n',
  ],
  ...['  ', '\t', '# c', '# c \\', '#', 'XBAD q', ' XBAD', 'foo', '"', "'", '`', '` ', '&&'],
  // What somebody writes who wants us to see other instructions than the engine.
  ...['\u00a0', '\u0085', '\u2028', '\u3000', '\u200b', '\v', '\f', '\r', 'CMD\vz', 'CMD\u00a0z', '\\\r\n', '\\ # z\n'],
  ...[
    'ONBUILD CMD z',
    'ONBUILD XBAD',
    'SHELL ["z"]',
    '["',
    '# syntax=z\n',
    '//syntax=z\n',
    '# escape=`\n',
    '💥',
    '$X',
    '${X',
  ],
]
const beginnings = [
  '',
  '',
  '# escape=`\n',
  '#escape=\\\n',
  '\uFEFF',
  '# syntax=x\n# escape=`\n',
  '# c\n# escape=`\n',
  '#\tESCAPE\t=\t`\n',
  '#!/z\n# escape=`\n',
]

/** A text of few, troublesome pieces; the same for the same seed. */
function strangeText(seed: number): string {
  let state = seed
  const choose = <Piece>(from: Piece[]): Piece => {
    state = (state * 1_103_515_245 + 12_345) & 0x7fffffff
    return from[(state >> 8) % from.length] as Piece
  }
  const middle = Array.from({ length: 6 + (seed % 15) }, () => choose(pieces)).join('')
  // The word at the end is in every text what the engine stumbles over at last.
  return `${choose(beginnings)}FROM scratch\n${middle}\nXEND e\n`
}

const seeds = process.env.CGRADE_NIGHTLY === undefined ? 60 : 1000

test('H53: splits a Dockerfile as the engine does, to the line', async () => {
  const { docker } = await connectEngine()
  const differing: unknown[] = []
  let compared = 0
  for (let seed = 1; seed <= seeds; seed++) {
    const text = strangeText(seed)
    const unknown = readInstructions(text).instructions.find(({ keyword }) => !keywords.split(' ').includes(keyword))
    // Without an unknown instruction the engine would begin to build.
    if (unknown === undefined) continue
    const context = pack()
    context.entry({ name: 'Dockerfile' }, text)
    context.finalize()
    const said = await docker
      .buildImage(Readable.from(context), { version: '1', forcerm: true } as object)
      .then(readText, (error: Error) => error.message)
    const found = /line (\d+): [Uu]nknown instruction: ([^ \n]*)/.exec(said)
    compared += 1
    const same = found?.[1] === String(unknown.line) && found[2] === unknown.keyword
    if (!same) differing.push({ text, engine: said.slice(0, 200), ours: [unknown.line, unknown.keyword] })
  }
  expect(differing).toEqual([])
  expect(compared).toBeGreaterThan(seeds / 2)
})
