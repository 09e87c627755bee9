import { expect, test } from 'vitest'
import type { Grade } from '../model/grade.ts'
import type { Similarity } from '../model/similarity.ts'
import { hostileGrade, hostileTexts, randomTexts, unseenIn, withTitles } from './hostile-text.ts'
import { renderStaffPage } from './html-staff.ts'
import { staffScript } from './html-staff-script.ts'
import { sampleClass, sampleSimilarity } from './sample-class.ts'
import { sampleFile, sampleGraded, samplePartial, sampleRejected, sampleRun, sampleUngraded } from './sample-grades.ts'
import { staffWords } from './staff-words.ts'
import { attribute, type Element, elementsOf, type Node } from './test-html.ts'

const page = (grades: Grade[], similarity?: Similarity) => renderStaffPage(sampleFile(grades), similarity)

function textOf(node: Node): string {
  if ('attrs' in node && attribute(node, 'lang') === 'zh-CN') return ''
  if ('value' in node) return node.value
  return 'childNodes' in node ? node.childNodes.map(textOf).join('') : ''
}

const byId = (html: string, id: string) => elementsOf(html).find((element) => attribute(element, 'id') === id)
const rowsOf = (html: string) => {
  const table = byId(html, 'table')
  const body = table?.childNodes.find((node): node is Element => 'tagName' in node && node.tagName === 'tbody')
  return (body?.childNodes ?? []).filter((node): node is Element => 'tagName' in node)
}

/** The browser runs one script of ours, follows links to the students' pages, and nothing else. */
function expectHarmless(html: string): void {
  const elements = elementsOf(html)
  const scripts = elements.filter(({ tagName }) => tagName === 'script')
  expect(scripts.map(({ childNodes }) => childNodes.map((node) => ('value' in node ? node.value : '')))).toEqual([
    [staffScript],
  ])
  const unwanted = [
    'iframe',
    'object',
    'embed',
    'base',
    'form',
    'link',
    'img',
    'image',
    'use',
    'foreignObject',
    'audio',
    'video',
    'source',
  ]
  expect(elements.filter(({ tagName }) => unwanted.includes(tagName))).toEqual([])
  const attrs = elements.flatMap((element) => element.attrs)
  expect(attrs.filter(({ name }) => /^(on|src|style|action|formaction|srcdoc|xlink)/.test(name))).toEqual([])
  const links = attrs.filter(({ name }) => name === 'href').map(({ value }) => value)
  expect(links.filter((link) => !/^(#[a-z-]+|[a-z0-9-]+\/report\.html)$/.test(link))).toEqual([])
  const ids = attrs.filter(({ name }) => name === 'id').map(({ value }) => value)
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([])
  expect(unseenIn(html.replaceAll('\n', '').replaceAll('\t', ''))).toEqual([])
}

test.each([
  ['no submission', []],
  ['one of each kind', sampleRun().grades],
  ['a class', sampleClass(70)],
  ['nothing but what we could not grade', [sampleUngraded('erin')]],
])('is valid HTML that loads nothing and runs our script alone: %s', (_, grades) => {
  const html = page(grades, sampleSimilarity(grades))
  expectHarmless(html)
  expect(html.replace(staffScript, '')).not.toMatch(/NaN|Infinity|undefined|\[object/)
})

test('allows by its policy one style sheet and one script, and no other place', () => {
  const policy = elementsOf(page([sampleGraded('alice')])).find((one) => attribute(one, 'http-equiv'))
  expect(attribute(policy as Element, 'content')).toMatch(
    /^default-src 'none'; style-src 'sha256-[\w+/]{43}='; script-src 'sha256-[\w+/]{43}='; base-uri 'none'; form-action 'none'$/,
  )
})

test('tells first what could not be graded, why, and what to do', () => {
  const html = page([sampleGraded('alice'), sampleUngraded('erin'), sampleUngraded('frank')])
  const [first] = elementsOf(html).filter(({ tagName }) => tagName === 'section')
  const told = textOf(first as Element)
  for (const part of ['2 submissions could not be graded', 'engine.failed', 'systemctl start docker', 'erin', 'frank'])
    expect(told).toContain(part)
  expect(rowsOf(html).map((row) => attribute(row, 'data-s'))).toEqual(['ungraded', 'ungraded', 'graded'])
})

test('links each student once in the table, in the order of need', () => {
  const html = page(sampleRun().grades)
  const links = rowsOf(html).map((row) => textOf(row.childNodes[0] as Element))
  expect(links).toEqual(['erin', 'dave', '王小明-作业三', 'bob-with-a-rather-long-folder-name', 'alice', 'carol'])
})

test('puts those with the same failure into one group, which the table can show', () => {
  const html = page([samplePartial('bob'), sampleGraded('alice'), samplePartial('carol')])
  const buttons = elementsOf(html).filter((one) => attribute(one, 'data-group') !== undefined)
  expect(buttons).toHaveLength(2)
  const inGroup = rowsOf(html).filter((row) => attribute(row, 'data-g')?.split(' ').includes('0'))
  expect(inGroup.map((row) => textOf(row.childNodes[0] as Element)).sort()).toEqual(['bob', 'carol'])
})

test('shows hidden checks, marked, and flags, for this is the staff’s page', () => {
  const grade = sampleGraded('alice', {
    'httpserver.version': { visibility: 'hidden', outcome: 'failed', message: 'hidden trouble' },
  })
  grade.flags.push({ code: 'unusual-base', message: 'its base is unusual' })
  const text = textOf(elementsOf(page([grade]))[0] as Element)
  for (const part of ['hidden trouble', 'httpserver.version hidden', 'unusual-base', 'its base is unusual'])
    expect(text).toContain(part)
})

test('counts what is not judged neither as passed nor as failed', () => {
  const html = page([samplePartial('bob'), sampleGraded('alice')])
  const rates = elementsOf(html).filter((one) => attribute(one, 'class') === 'plain rates')
  expect(textOf(rates[0] as Element)).toMatch(/network\.container-ip[^%]*3100 %/)
})

test('says of lateness what counts, and shows similar submissions with the reason', () => {
  const grades = sampleClass(12)
  const html = page(grades, sampleSimilarity(grades))
  expect(html).toContain('2 days late')
  const text = textOf(byId(html, 'similar-0') as Element)
  expect(text).toBe('≈same file server.go but for comments, white space and case')
  expect(rowsOf(html).filter((row) => attribute(row, 'data-m') !== undefined)).toHaveLength(3)
})

test('stays below 900 kB with a thousand students and seventeen checks', () => {
  const grades = sampleClass(1000)
  const html = page(grades)
  expect(Buffer.byteLength(html)).toBeLessThan(900_000)
  expect(rowsOf(html)).toHaveLength(1000)
  expect(
    html.slice(html.indexOf('<svg id="map"'), html.indexOf('</svg>', html.indexOf('<svg id="map"'))).length,
  ).toBeLessThan(200_000)
})

test('every phrase is there in both languages', () => {
  const phrases: [string, string][] = []
  const collect = (value: unknown): void => {
    if (typeof value === 'function') collect((value as (...given: unknown[]) => unknown)(3, { scored: 3 }))
    else if (Array.isArray(value)) phrases.push(value as [string, string])
    else if (typeof value === 'object' && value !== null) Object.values(value).forEach(collect)
  }
  collect(staffWords)
  expect(phrases.length).toBeGreaterThan(70)
  for (const [english, chinese] of phrases) {
    expect(english, english).toMatch(/^[^\p{Script=Han}]+$|中文/u)
    expect(chinese, english).toMatch(/\p{Script=Han}|^%$|^English$/u)
  }
})

const hostileMarkup = [
  '</script><script>pwned=1</script>',
  '"><svg onload=pwned=1>',
  "' onmouseover='pwned=1",
  '`<b onclick=x>`',
  'javascript:pwned=1',
  '</option></select><img src=x onerror=pwned=1>',
  '<!-- --><![CDATA[x]]><?x?>',
]

test.each(withTitles([...hostileTexts, ...hostileMarkup]))('H22: shows %s and obeys none of it', (_name, text) => {
  const grade = hostileGrade(text)
  grade.submission.delivery = { name: text }
  const rejected = sampleRejected(text.slice(0, 200), text)
  const hints: Similarity = {
    schema: 'cgrade/similarity/v1',
    compared: 2,
    notes: [text],
    groups: [{ kind: 'file', why: text, submissionIds: [grade.submission.id, rejected.submission.id], file: text }],
  }
  expectHarmless(page([grade, rejected, sampleUngraded(`u${text}`.slice(0, 200), text)], hints))
})

test('H22: lets nothing through, whatever the bytes', () => {
  for (const text of randomTexts(30)) expectHarmless(page([hostileGrade(text), sampleRejected('dave', text)]))
})
