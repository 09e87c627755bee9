import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { refillCsv } from '../reporters/escape.ts'
import { readTable } from './csv-table.ts'
import { UsageError } from './grader-error.ts'

const texts = fc.string({ unit: fc.constantFrom('a', '1', ' ', '"', ',', ';', '\n', '\r\n', '张', '='), maxLength: 6 })
const tables = fc.integer({ min: 1, max: 5 }).chain((columns) =>
  fc.record({
    rows: fc.array(fc.array(texts, { minLength: columns, maxLength: columns }), { minLength: 1, maxLength: 6 }),
    quoted: fc.boolean(),
    lineEnd: fc.constantFrom('\n', '\r\n'),
    bom: fc.constantFrom('', '\u{FEFF}'),
    delimiter: fc.constantFrom(',', ';'),
    isEnded: fc.boolean(),
  }),
)

test('finds the place of every cell, and reads what csv-parse reads', () => {
  fc.assert(
    fc.property(tables, ({ rows, quoted, lineEnd, bom, delimiter, isEnded }) => {
      const header = rows[0]?.map((_cell, index) => `c${index}`) ?? []
      const cellOf = (text: string) =>
        quoted || /[",;\r\n]/.test(text) || text === '' ? `"${text.replaceAll('"', '""')}"` : text
      const lines = [header, ...rows].map((row) => row.map(cellOf).join(delimiter))
      const file = bom + lines.join(lineEnd) + (isEnded ? lineEnd : '')
      const table = readTable(file, 'x.csv')
      const all = [table.header, ...table.rows]
      expect(all.map(({ cells }) => cells.map(({ text }) => text))).toEqual([header, ...rows])
      expect(refillCsv(file, [])).toBe(file)
      const places = all.flatMap(({ cells }) => cells)
      const filled = refillCsv(
        file,
        places.map(({ start, end }, value) => ({ start, end, value })),
      )
      const numbers: string[][] = parse(filled, { bom: true, delimiter: header.length > 1 ? delimiter : ',' })
      expect(numbers.flat()).toEqual(places.map((_place, index) => String(index)))
    }),
  )
})

test('tells the line of each row, whatever its cells hold', () => {
  const { rows } = readTable('a,b\r\n"x\r\ny",1\r\n\r\nz,2\r\n', 'x.csv')
  expect(rows.map(({ line }) => line)).toEqual([2, 5])
})

test.each([
  ['', 'is empty'],
  ['\u{FEFF}', 'is empty'],
  ['a,b\n1,2,3\n', 'line 2'],
  ['a,b\n"1,2\n', 'not a right CSV file'],
  ['a,b\n1"x",2\n', 'not a right CSV file'],
  ['a,b\n"1"x,2\n', 'not a right CSV file'],
])('refuses %j', (text, said) => {
  expect(() => readTable(text, 'x.csv')).toThrow(UsageError)
  expect(() => readTable(text, 'x.csv')).toThrow(said)
})
