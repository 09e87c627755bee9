import { expect, test } from 'vitest'
import { explainCheck } from './explain-check.ts'
import { type DrawnMemory, drawMemoryLine } from './memory-line.ts'
import { makePaint } from './paint.ts'
import { sampleCheck, sampleGraded } from './sample-grades.ts'
import { renderStudent } from './terminal-student.ts'
import { renderTranscript } from './transcript.ts'

const limitBytes = 104_960_000
const samples = (...megabytes: number[]) => megabytes.map((mb, index) => ({ atMs: index * 100, bytes: mb * 1e6 }))
const line = (memory: DrawnMemory, columns = 80) =>
  drawMemoryLine(memory, columns)
    ?.parts.map(({ text }) => text)
    .join('')
const growing = samples(0, 13, 26, 39, 52, 65, 78, 91, 104.96)

test('draws growth up to the limit, and where the kernel ended it', () => {
  expect(line({ limitBytes, killed: true, samples: growing }, 10)).toBe('▁▁▂▃▄▅▆█✗')
  expect(drawMemoryLine({ limitBytes, killed: true, samples: growing }, 10)?.caption).toBe(
    '0 to 800 ms, up to 105.0 MB; limit of 104960000 bytes: full height; ✗ killed',
  )
})

test('marks the kill where memory was given back, and draws what goes on after it', () => {
  const samplesOfParent = samples(0, 26, 52, 78, 104, 3, 3, 3, 3)
  expect(line({ limitBytes, killed: true, samples: samplesOfParent }, 10)).toBe('▁▂▄▆█✗▁▁▁')
})

test('marks where the limit was passed, and draws on above it', () => {
  const drawn = drawMemoryLine({ limitBytes, killed: false, samples: samples(0, 50, 100, 150, 200) }, 10)
  expect(drawn?.parts.map(({ kind, text }) => [kind, text])).toEqual([
    ['below', '▁▁▃▃▅▅'],
    ['limit', '┃'],
    ['above', '▇█'],
  ])
  expect(drawn?.caption).toContain('up to 200.0 MB; ┃ past the limit of 104960000 bytes')
})

test('draws little memory low, as the limit is full height', () => {
  expect(line({ limitBytes, killed: false, samples: samples(3, 3, 3) }, 10)).toBe('▁▁▁▁▁▁▁▁')
})

test.each<[string, DrawnMemory]>([
  ['no limit', { killed: false, samples: growing }],
  ['one sample', { limitBytes, killed: false, samples: samples(5) }],
  [
    'all at one time',
    {
      limitBytes,
      killed: true,
      samples: [
        { atMs: 0, bytes: 1 },
        { atMs: 0, bytes: 9 },
      ],
    },
  ],
  ['no memory at all', { killed: false, samples: samples(0, 0) }],
  ['disorder', { limitBytes, killed: false, samples: growing.toReversed() }],
  ['huge numbers', { limitBytes: 1, killed: false, samples: [{ atMs: 1e300, bytes: 1e300 }] }],
])('draws a line within its columns for %s', (_, memory) => {
  for (const columns of [10, 40, 76]) {
    const drawn = line(memory, columns) ?? ''
    expect(drawn.length).toBeGreaterThan(0)
    expect(drawn.length).toBeLessThanOrEqual(columns)
  }
})

test('draws nothing where nothing was measured', () => {
  expect(drawMemoryLine({ limitBytes, killed: true, samples: [] }, 80)).toBeUndefined()
})

test('stands in the explanation of a failed check and below a passed one, and changes no transcript', () => {
  const evidence = [{ kind: 'memory' as const, text: 'told', memory: { limitBytes, killed: true, samples: growing } }]
  const failed = sampleCheck('httpserver.builds', { outcome: 'failed', evidence })
  const lines = explainCheck(failed, 80, makePaint(false))
  expect(lines.slice(2)).toEqual([
    '    memory over time',
    expect.stringMatching(/^ {4}▁+▂+▃+▄+▅+▆+▇+█+✗$/),
    expect.stringMatching(/^ {4}0 to 800 ms, /),
  ])
  const grade = sampleGraded('alice', { 'httpserver.builds': { evidence } })
  expect(renderStudent(grade, { columns: 80, color: false })).toMatch(
    /The image was built\.\n {4}▁+.*✗\n {4}0 to 800 ms/,
  )
  const later = [{ ...evidence[0], memory: { limitBytes, killed: true, samples: samples(0, 40, 104) } }]
  const again = sampleGraded('alice', { 'httpserver.builds': { evidence: later as typeof evidence } })
  expect(renderTranscript(again)).toBe(renderTranscript(grade))
})
