import { expect, test } from 'vitest'
import type { Grade } from '../model/grade.ts'
import { hostileGrade, hostileTexts, randomTexts } from './hostile-text.ts'
import { sampleGraded, samplePartial, sampleUngraded, sampleUnreachable } from './sample-grades.ts'
import { normalise, renderTranscript, variations } from './transcript.ts'

test.each([
  ['2026-11-23T15:13:04.512Z GET /', '<time> GET /'],
  ['2026-11-23 15:13:04,512 INFO', '<time> INFO'],
  ['time=2026-11-23T15:13:04+08:00 level=info', 'time=<time> level=info'],
  ['2026/11/23 15:13:18 GET /', '<time> GET /'],
  ['2026/11/23 15:13:18.123456 main.go:12: GET /', '<time> main.go:12: GET /'],
  ['Date: Mon, 23 Nov 2026 15:13:18 GMT', 'Date: <time>'],
  ['[23/Nov/2026:15:04:05 +0000] "GET /"', '[<time>] "GET /"'],
  ['I1123 15:04:05.000001 main.go', 'I1123 <time> main.go'],
  ['Mon Nov 23 15:04:05 UTC 2026', '<time>'],
  ['172.18.0.3:8080', '<ip>:8080'],
  ['from 172.18.0.1:49152', 'from <ip>:<port>'],
  ['[::ffff:172.18.0.1]:40000', '[::ffff:<ip>]:<port>'],
  ['listens on 127.0.0.1:8080 or 0.0.0.0:8080', 'listens on 127.0.0.1:8080 or 0.0.0.0:8080'],
  ['"port":49152', '"port":<port>'],
  ['port 8080', 'port 8080'],
  ['after 12.3 s', 'after <duration>'],
  ['took 850ms', 'took <duration>'],
  ['took 1m2.5s', 'took <duration>'],
  ['2 min 5 s', '<duration>'],
  ['137.123µs', '<duration>'],
  ['X-Cedar-3f9a1c: amber-77d0e4b2a1', 'X-<name>: <word>'],
  ['x-cedar-3f9a1c: [amber-77d0e4b2a1]', 'x-<name>: [<word>]'],
  ['HTTP_X_CEDAR_3F9A1C', 'HTTP_X_CEDAR_3F9A1C'],
  ['GET /grove-0011223344 404', 'GET /<word> 404'],
  ['VERSION=v31.7.4821-e19c02', 'VERSION=<version>'],
  ['sha256:0123456789abcdef', 'sha256:<id>'],
  ['Removing intermediate container 9b3c1d2e4f5a', 'Removing intermediate container <id>'],
  ['0xc000012345', '0x<address>'],
  ['pid 4711, pid 1', 'pid <pid>, pid 1'],
  ['/tmp/cgrade-Ab12/context: no', '<tmp>: no'],
  ['used only 0.9 MB of 512 MiB', 'used only <size> of 512 MiB'],
  ['memory.oom_control: oom_kill 1', 'memory.oom_control: oom_kill <n>'],
  ['memory.failcnt: 17', 'memory.failcnt: <n>'],
  ['more than 104960000 bytes, 104960001', 'more than 104960000 bytes, <id>'],
  ['HTTP/1.1 200 OK, go1.22.3, main.go:41', 'HTTP/1.1 200 OK, go1.22.3, main.go:41'],
])('normalises %j to %j', (text, steady) => {
  expect(normalise(text)).toBe(steady)
})

test('each pattern of the table is needed by some text above or differs from the others', () => {
  expect(new Set(variations.map(({ name }) => name)).size).toBe(variations.length)
  expect(new Set(variations.map(({ pattern }) => pattern.source)).size).toBe(variations.length)
})

test('is idempotent', () => {
  const fragments =
    '172.18.0.1 : 49152 12 s ms . - 1.2.3.4.5 15:04:05 2026-11-23 T Z X-Cedar-3f9a1c amber-77d0e4b2a1 deadbeef0 sha256: pid port = " v1.2.3456-abcdef < > ip'.split(
      ' ',
    )
  const mixed = randomTexts(3000).map((text) =>
    [...text]
      .map((character) => fragments[(character.codePointAt(0) ?? 0) % fragments.length])
      .join(text.length % 2 === 0 ? '' : ' '),
  )
  for (const text of [...mixed, ...randomTexts(300)]) expect(normalise(normalise(text))).toBe(normalise(text))
  for (const grade of [
    samplePartial('bob'),
    sampleUnreachable('carl'),
    sampleUngraded('erin'),
    ...hostileTexts.map(hostileGrade),
  ]) {
    expect(normalise(renderTranscript(grade))).toBe(renderTranscript(grade))
  }
})

test('two runs of one submission give one transcript', () => {
  expect(renderTranscript(later(samplePartial('bob')))).toBe(renderTranscript(samplePartial('bob')))
  expect(renderTranscript(samplePartial('alice'))).not.toBe(renderTranscript(samplePartial('bob')))
})

/** The same submission another day: other addresses, some longer, other random words, other times. */
function later(grade: Grade): Grade {
  const text = JSON.stringify(grade)
    .replaceAll('172.18.0.1:49152', '172.18.0.131:60001')
    .replaceAll('7f3a91', '00beef')
    .replaceAll('amber-58ab11d0c3', 'meadow-0000000001')
    .replaceAll('v31.7.4821-e19c02', 'v2.11.1000-000000')
    .replaceAll('2026', '2027')
    .replaceAll('12345', '61999.7')
    .replaceAll('812', '1.5')
  return JSON.parse(text)
}

test('reads hostile text to its end', () => {
  const nasty = ['1', '1.', 'a-', 'X-', 'f', '1 m', '0:', 'Mon ', '20'].map((piece) =>
    piece.repeat(60_000 / piece.length),
  )
  for (const text of nasty) expect(normalise(text).length).toBeGreaterThan(0)
  expect(renderTranscript(sampleGraded('a'.repeat(60_000))).length).toBeGreaterThan(0)
})
