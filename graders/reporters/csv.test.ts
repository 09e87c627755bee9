import { parse } from 'csv-parse/sync'
import { expect, test } from 'vitest'
import { renderCsv } from './csv.ts'
import { hostileGrade, hostileTexts } from './hostile-text.ts'
import { sampleFile, sampleRun } from './sample-grades.ts'

const cellsOf = (file: Parameters<typeof renderCsv>[0]): string[][] =>
  parse(renderCsv(file), { bom: true, recordDelimiter: '\r\n' })

test('begins with a byte order mark, for Excel, and ends its lines as RFC 4180 says', () => {
  const csv = renderCsv(sampleRun())
  expect(csv.charCodeAt(0)).toBe(0xfeff)
  expect(csv.endsWith('\r\n')).toBe(true)
})

test('has a row per submission and a column per check', () => {
  const [header, ...rows] = cellsOf(sampleRun())
  expect(header?.slice(0, 6)).toEqual(['submission', 'status', 'score', 'max_score', 'percent', 'httpserver.builds'])
  expect(header?.slice(-3)).toEqual(['network.container-ip', 'flags', 'problem'])
  expect(rows.map((row) => row[0])).toEqual([
    'alice',
    'bob-with-a-rather-long-folder-name',
    'carol',
    '王小明-作业三',
    'dave',
    'erin',
  ])
  expect(new Set(rows.map((row) => row.length))).toEqual(new Set([header?.length]))
})

test('blank is not zero: no number for what is ungraded, and none for what did not count', () => {
  const rows = new Map(cellsOf(sampleRun()).map((row) => [row[0], row]))
  expect(rows.get('erin')?.slice(1)).toEqual([
    'ungraded',
    ...Array(11).fill(''),
    '',
    'engine.failed: The engine stopped answering while the image was built.',
  ])
  expect(rows.get('bob-with-a-rather-long-folder-name')?.slice(2, 14)).toEqual([
    '41',
    '55',
    '74.55',
    '10',
    '10',
    '6',
    '0',
    '5',
    '5',
    '5',
    '',
    '',
  ])
  expect(rows.get('dave')?.slice(1, 5)).toEqual(['rejected', '0', '58', '0'])
  expect(rows.get('carol')?.at(-2)).toBe('unusual-base')
})

test('H23: hostile text makes no formula, no row and no column', () => {
  const rows = cellsOf(sampleFile(hostileTexts.map(hostileGrade)))
  expect(rows).toHaveLength(hostileTexts.length + 1)
  expect(new Set(rows.map((row) => row.length)).size).toBe(1)
  for (const cell of rows.flat()) expect(cell).not.toMatch(/^[\s"]*[=+\-@\uff1d\uff0b\uff0d\uff20]/u)
})
