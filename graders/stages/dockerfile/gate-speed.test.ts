import fc from 'fast-check'
import { expect, test } from 'vitest'
import { frontendOf, sentFor } from './test-gate.ts'

/** 64 KiB each, made to be slow for a reader that goes back. */
const nasty: Record<string, string> = {
  continuations: `FROM a\nRUN ${'\\\n'.repeat(32_000)}`,
  'comments in a continuation': `FROM a\nRUN a \\\n${'#\n'.repeat(32_000)}`,
  'blank lines in a continuation': `FROM a\nRUN a \\\n${'\n'.repeat(65_000)}`,
  'here-documents without end': `FROM a\nRUN ${'<<a '.repeat(8_000)}\n${'b\n'.repeat(16_000)}\ta\n`,
  'many lines with here-documents without end': `FROM a\n${'RUN <<a\n'.repeat(4_000)}${'b\n'.repeat(16_000)}\ta\n`,
  'open braces': `FROM a\nENV X=${'${A:-'.repeat(13_000)}\n`,
  'nested braces': `FROM a\nLABEL x=${'${A:-'.repeat(6_000)}${'}'.repeat(30_000)}\n`,
  dollars: `FROM a\nCOPY ${'$'.repeat(65_000)} /x\n`,
  quotes: `FROM a\nENV X=${`"'`.repeat(32_000)}\n`,
  brackets: `FROM a\nCOPY ${'['.repeat(65_000)}\n`,
  flags: `FROM a\nRUN ${'--mount=type=cache '.repeat(3_400)}\n`,
  'options of a mount': `FROM a\nRUN --mount=${'a=b,'.repeat(16_000)} x\n`,
  words: `FROM a\nEXPOSE ${'1 '.repeat(32_000)}\n`,
  folders: `FROM a\nWORKDIR ${'../'.repeat(21_000)}\n`,
  'growing folders': `FROM a\n${'WORKDIR aaaaaaaaaaaaaaaaaaaaaaaa\n'.repeat(250)}`,
  assignments: `FROM a\nENV ${'a=$a '.repeat(13_000)}\n`,
  blanks: `FROM a\nRUN go${' '.repeat(64_000)}x\n`,
  'blanks of Go': `FROM a\n${'\u00a0'.repeat(32_000)}RUN go build\n`,
  escapes: `FROM a\nENV X=${'\\'.repeat(64_000)}\n`,
  stages: `${'FROM a AS b\n'.repeat(5_000)}`,
  'copies from many stages': `FROM a AS b\n${'COPY --from=x a b\n'.repeat(3_600)}`,
  triggers: `FROM a AS a\n${'ONBUILD COPY $x $y\n'.repeat(280)}${Array.from({ length: 19 }, () => 'FROM a\n').join('')}`,
  directives: '# a=b\n'.repeat(10_000),
}

/** Of the processor: others may be using it, too. */
function secondsOf(work: () => void): number {
  const before = process.cpuUsage()
  work()
  return process.cpuUsage(before).user / 1e6
}

test.each(Object.entries(nasty))('H57: reads and judges within a second: %s', (_, text) => {
  expect(secondsOf(() => sentFor(text.slice(0, 64 * 1024)))).toBeLessThan(1)
})

const pieces = fc.constantFrom(
  ...[
    'FROM',
    'RUN',
    'COPY',
    'ADD',
    'ENV',
    'ARG',
    'ONBUILD',
    'WORKDIR',
    'VOLUME',
    'EXPOSE',
    'LABEL',
    'HEALTHCHECK',
    'SHELL',
  ],
  ...[
    '\n',
    '\n',
    '\r\n',
    ' ',
    ' ',
    '\t',
    '\\\n',
    '`\n',
    '\\',
    '#',
    '# syntax=',
    '# escape=`\n',
    '\uFEFF',
    '\u2028',
    '\u0085',
    '\0',
  ],
  ...[
    '--from=',
    '--mount=type=',
    '--platform=',
    '--link',
    'secret',
    'cache',
    'a',
    'a AS b',
    ' AS ',
    'scratch',
    'golang:1.24',
  ],
  ...[
    '$A',
    '${A',
    '${A:-',
    '${A#',
    '}',
    '"',
    "'",
    '[',
    ']',
    '{',
    '=',
    ',',
    '<<E',
    '<<-"E"',
    'E\n',
    'http://x/',
    'git@x:y',
    '../',
  ],
  ...['💥', '\ud800', '%', '/proc', '1-65535', '65536/udp', '-1', '@sha256:'],
)

test('H57: no text makes reader, gate or rewriting throw or hang, and what is sent names no frontend and fetches nothing', () => {
  const texts = fc.oneof(
    fc.array(pieces, { maxLength: 60 }).map((parts) => parts.join('')),
    fc.array(pieces, { maxLength: 60 }).map((parts) => `FROM a\n${parts.join('')}`),
    fc.string({ unit: 'binary', maxLength: 400 }),
    fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes).toString('utf8')),
  )
  let sent = 0
  fc.assert(
    fc.property(texts, (text) => {
      let result: string | undefined
      expect(
        secondsOf(() => {
          result = sentFor(text)
        }),
      ).toBeLessThan(1)
      if (result === undefined) return
      sent += 1
      expect(frontendOf(result)).toBeUndefined()
      expect(result.split('\n').length).toBe(text.split('\n').length)
    }),
    { numRuns: process.env.CGRADE_NIGHTLY === undefined ? 3000 : 60_000 },
  )
  expect(sent).toBeGreaterThan(20)
})
