import { parse as parseCsv } from 'csv-parse/sync'
import fc from 'fast-check'
import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { type DefaultTreeAdapterMap, parse } from 'parse5'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { gradesFileSchema } from '../model/grade.ts'
import { hostileTexts } from '../reporters/hostile-text.ts'
import { renderJson } from '../reporters/json.ts'
import { sampleFile } from '../reporters/sample-grades.ts'
import { anyText, gradesWith, printedWith } from './printed-texts.ts'
import { activeParts } from './report-oracles.ts'

/** Whatever a submission writes, every report is read back by other people's parsers with the shape that it has for tame text. */

type Printed = Record<string, string>
const shapes: Record<string, (printed: Printed) => unknown> = {
  'H21: JUnit': ({ junit = '', 'junit, github': github = '' }) => [junit, github].map(shapeOfXml),
  'H22: HTML': ({ html = '' }) => shapeOfHtml(html),
  'H23: CSV': ({ csv = '' }) => shapeOfCsv(csv),
  'H25: JSON': ({ json = '' }) => shapeOfJson(json),
}

function shapeOfXml(text: string): unknown {
  expect(XMLValidator.validate(text)).toBe(true)
  const names = (nodes: unknown): unknown =>
    Array.isArray(nodes)
      ? nodes.map((node: Record<string, unknown>) =>
          Object.entries(node).map(([name, value]) =>
            name === ':@' ? Object.keys(value as object) : [name, names(value)],
          ),
        )
      : typeof nodes
  return names(new XMLParser({ ignoreAttributes: false, preserveOrder: true, trimValues: false }).parse(text))
}

function shapeOfHtml(text: string): unknown {
  expect(activeParts(text)).toEqual([])
  const tags = (node: DefaultTreeAdapterMap['node']): unknown => {
    const name = 'tagName' in node ? [node.tagName, node.attrs.map((one) => one.name)] : []
    const children = 'childNodes' in node ? node.childNodes.map(tags).filter((one) => one !== '') : []
    return 'value' in node ? '' : [name, children]
  }
  return tags(parse(text.replace(/<\/?code>/g, '')))
}

function shapeOfCsv(text: string): unknown {
  const rows: string[][] = parseCsv(text, { bom: true, relaxColumnCount: false, recordDelimiter: '\r\n' })
  for (const cell of rows.flat()) {
    expect(cell).not.toMatch(/^[\s"]*[=+\-@\u{FF1D}\u{FF0B}\u{FF0D}\u{FF20}]/u)
  }
  return rows.map((row) => row.length)
}

function shapeOfJson(text: string): unknown {
  const file = gradesFileSchema.parse(JSON.parse(text))
  const keys = (value: unknown): unknown =>
    typeof value === 'object' && value !== null
      ? Object.entries(value).map(([key, inner]) => [key, keys(inner)])
      : typeof value
  return keys(file)
}

const shapesOf = (printed: Printed) => Object.entries(shapes).map(([title, shapeOf]) => [title, shapeOf(printed)])

describe('H21: H22: H23: H25: every report', () => {
  const tame = shapesOf(printedWith('tame'))

  test('keeps its shape for known attacks', () => {
    for (const text of [...hostileTexts, '<![CDATA[', '&#0;&x;', '\u{FFFE}', '<!-- --!>', '","', '\r\n1,2,3']) {
      expect([text, shapesOf(printedWith(text))]).toEqual([text, tame])
    }
  })

  test('keeps its shape whatever the bytes', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        // Where there is no text at all, no place is made for one.
        expect(shapesOf(printedWith(text || 'x'))).toEqual(tame)
      }),
      { numRuns: 50 },
    )
  })
})

test('H25: JSON gives back each value as it was', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const file = sampleFile(gradesWith(text))
      expect(JSON.parse(renderJson(file))).toEqual(JSON.parse(JSON.stringify(file)))
    }),
    { numRuns: 60 },
  )
})

describe('without the encoders', () => {
  afterEach(() => {
    vi.doUnmock('../reporters/escape.ts')
    vi.resetModules()
  })

  type Broken = (printed: Printed, shapeOf: (printed: Printed) => unknown) => void
  const controls: [title: string, report: string, text: string, broken: Broken][] = [
    [
      'H21 control:',
      'H21: JUnit',
      '</failure></testcase><testcase name="forged" classname="x"/><testcase><failure>',
      ({ junit = '' }) => expect(junit).toContain('<testcase name="forged" classname="x"/>'),
    ],
    [
      'H22 control:',
      'H22: HTML',
      '<script>window.pwned = 1</script>',
      ({ html = '' }) => expect(activeParts(html)).toContain('<script>'),
    ],
    [
      'H23 control:',
      'H23: CSV',
      '=HYPERLINK("http://x","y")',
      (printed, shapeOf) => expect(() => shapeOf(printed)).toThrow(),
    ],
    ['H12 control:', 'JSON', '##[error]x', ({ json = '' }) => expect(json).toContain('##[error]x')],
  ]
  test.each(controls)('%s the attack succeeds', async (_title, report, text, broken) => {
    vi.resetModules()
    const asItIs = (value: unknown) => String(value ?? '')
    vi.doMock('../reporters/escape.ts', async (original) => ({
      ...(await original<object>()),
      ...{ forXml: asItIs, forXmlAttribute: asItIs, forHtml: asItIs, forCsv: asItIs },
      forJson: (value: unknown) => JSON.stringify(value),
      forJsonList: (start: object, key: string, items: Iterable<unknown>) => [
        JSON.stringify({ ...start, [key]: [...items] }),
      ],
    }))
    const { printedWith: printedRaw } = await import('./printed-texts.ts')
    broken(printedRaw(text), shapes[report] ?? (() => undefined))
  })
})
