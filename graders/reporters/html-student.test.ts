import { expect, test } from 'vitest'
import type { CheckRecord, Grade } from '../model/grade.ts'
import { hostileGrade, hostileTexts, randomTexts, unseenIn, withTitles } from './hostile-text.ts'
import { renderStudentPage } from './html-student.ts'
import {
  sampleCheck,
  sampleFile,
  sampleGraded,
  samplePartial,
  sampleRejected,
  sampleUngraded,
  sampleUnreachable,
} from './sample-grades.ts'
import { attribute, type Element, elementsOf, type Node } from './test-html.ts'

const page = (grade: Grade) => renderStudentPage(grade, sampleFile([grade]))

function textOf(node: Node): string {
  if ('value' in node) return node.value
  return 'childNodes' in node ? node.childNodes.map(textOf).join('') : ''
}

const ofClass = (html: string, name: string) =>
  elementsOf(html).filter((element) => attribute(element, 'class')?.split(' ').includes(name))

/** What a page of ours is made of, and nothing that a browser would run, load or follow. */
const tags =
  'html head meta title style body main header section div ul li h1 h2 h3 p a span strong code pre dl dt dd figure figcaption details summary svg path text rect'
const attributes =
  'lang charset http-equiv content name class id href aria-hidden aria-label role viewBox preserveAspectRatio width height x y d text-anchor dir'

function expectHarmless(html: string): void {
  const elements = elementsOf(html)
  expect(elements.map(({ tagName }) => tagName).filter((tag) => !tags.split(' ').includes(tag))).toEqual([])
  const attrs = elements.flatMap((element) => element.attrs)
  expect(attrs.filter(({ name }) => !attributes.split(' ').includes(name))).toEqual([])
  const links = attrs.filter(({ name }) => name === 'href').map(({ value }) => value)
  expect(links.filter((link) => !/^#check-[a-z0-9-]+$/.test(link))).toEqual([])
  const equivalents = attrs.filter(({ name }) => name === 'http-equiv').map(({ value }) => value)
  expect(equivalents).toEqual(['Content-Security-Policy'])
  expect(unseenIn(html.replaceAll('\n', '').replaceAll('\t', ''))).toEqual([])
}

const everyKind = [
  sampleGraded('alice'),
  samplePartial('bob'),
  sampleUnreachable('王小明-作业三'),
  sampleRejected('dave'),
  sampleUngraded('erin'),
]

test.each(everyKind.map((grade) => [grade.submission.id, grade] as const))(
  'is valid HTML that loads and runs nothing: %s',
  (_, grade) => {
    const html = page(grade)
    expectHarmless(html)
    expect(html).toContain(`<title>${grade.submission.id} · cncamp-module3</title>`)
    expect(html).toMatch(/content="default-src &#39;none&#39;; style-src &#39;sha256-[\w+/=]+&#39;; base-uri/)
  },
)

test('tells the score, what to look at, and all of a check that lost points', () => {
  const html = page(samplePartial('bob'))
  const [score] = ofClass(html, 'score').map(textOf)
  expect(score).toMatch(/^Score \d+ of 55 points \(\d+ %\), 5 of 7 checks passed$/)
  const targets = elementsOf(html).map((element) => attribute(element, 'id'))
  const links = elementsOf(html).flatMap((element) => attribute(element, 'href')?.slice(1) ?? [])
  expect(links).toHaveLength(2)
  for (const link of links) expect(targets).toContain(link)
  const [partial = ''] = ofClass(html, 'check')
    .filter((one) => attribute(one, 'class') === 'check partial')
    .map(textOf)
  for (const part of [
    'httpserver.header-echo',
    '6/12',
    'All 5 request headers came back, but under other names.',
    'expectedX-Cedar-7f3a91: amber-58ab11d0c3',
    'httpserver/main.go:41',
    'What to do: Write each header',
    'what cgrade sent and received',
    "curl -i -H 'X-Test: 1' http://localhost:8080/",
  ])
    expect(partial).toContain(part)
})

test("marks the submission's own words", () => {
  const own = ofClass(page(samplePartial('bob')), 'own').map(textOf)
  expect(own).toEqual([expect.stringMatching(/^the log of your container2026.*启动成功$/s)])
})

test('tells why nothing of an exercise counts in one place', () => {
  const html = page(samplePartial('bob'))
  expect(html).toContain('not counted: this engine runs on another machine')
  expect(html).not.toContain('network.container-ip')
})

test('says whose fault it is when there is no grade', () => {
  expect(textOf(ofClass(page(sampleRejected('dave')), 'notice')[0] as Element)).toContain('out of the submission')
  const ungraded = page(sampleUngraded('erin'))
  expect(ungraded).toContain('That is not your fault')
  expect(ungraded).toContain('No score: not graded yet.')
})

test('shows no hidden check, no points of one, and no flag', () => {
  const grade = sampleGraded('alice', {
    'httpserver.version': { visibility: 'hidden', outcome: 'failed', message: 'secret seen', hint: 'secret hint' },
  })
  grade.flags.push({ code: 'unusual-base', message: 'secret flag' })
  const html = page(grade)
  expect(html).not.toMatch(/secret|httpserver\.version/)
  expect(html).toContain('Score 50 of 50 points')
  expect(html).toContain('1 more check (8 points) is graded, but not shown before the grades are out.')
})

const samples = Array.from({ length: 100 }, (_, index) => ({
  atMs: index * 50,
  bytes: Math.min(index * 1.2e6, 104_960_000),
}))
const withMemory = (killed: boolean, on: Partial<CheckRecord> = {}): Grade =>
  sampleGraded('alice', {
    'httpserver.builds': {
      evidence: [{ kind: 'memory', text: 'told', memory: { limitBytes: 104_960_000, killed, samples } }],
      ...on,
    },
  })

test('draws memory over time with its limit, its axes, and where it was killed', () => {
  const html = page(withMemory(true))
  expectHarmless(html)
  const [plot] = ofClass(html, 'plot')
  expect(attribute(plot as Element, 'aria-label')).toBe(
    '0 to 5.0 s, up to 105.0 MB, against the limit of 104960000 bytes; killed by the kernel',
  )
  expect(textOf(plot as Element)).toBe('0501000246secondsMBlimit 105.0 MBkilled by the kernel'.replace('0246', '01234'))
  expect(ofClass(page(withMemory(false)), 'kill')).toEqual([])
  expect(ofClass(page(withMemory(false, { outcome: 'failed', points: 0 })), 'plot')).toHaveLength(1)
})

test.each([
  ['nothing measured', []],
  ['one sample', [{ atMs: 0, bytes: 0 }]],
  [
    'huge numbers',
    [
      { atMs: 1e300, bytes: 1e300 },
      { atMs: 0, bytes: 0 },
    ],
  ],
  ['many samples', Array.from({ length: 50_000 }, (_, atMs) => ({ atMs, bytes: atMs }))],
])('draws %s without breaking', (_, drawn) => {
  const grade = sampleGraded('alice', {
    'httpserver.builds': { evidence: [{ kind: 'memory', text: 'told', memory: { killed: true, samples: drawn } }] },
  })
  const html = page(grade)
  expectHarmless(html)
  expect(html).not.toMatch(/NaN|Infinity|undefined/)
})

const hostileMarkup = [
  '<script>pwned=1</script>',
  '</title><script>pwned=1</script>',
  '</pre></main><img src=x onerror=pwned=1>',
  '"><svg onload=pwned=1>',
  "' onmouseover='pwned=1",
  '`<b onclick=x>`',
  'javascript:pwned=1',
  '<!-- --><![CDATA[x]]><?x?>',
  '</style><base href=//x><meta http-equiv=refresh content="0;url=//x">',
  '&lt;script&gt;&#60;script>',
  '<iframe srcdoc="<script>x</script>"><object data=x><form action=//x><plaintext>',
]

test.each(withTitles([...hostileTexts, ...hostileMarkup]))('H22: shows %s and obeys none of it', (_name, text) => {
  const html = page(hostileGrade(text))
  expectHarmless(html)
})

test('H22: shows hostile text as it was written', () => {
  const text = '</pre><script>alert("x & y")</script>'
  const grade = samplePartial('bob')
  const [check] = grade.exercises[0]?.checks.filter(({ outcome }) => outcome === 'failed') ?? []
  if (check !== undefined) check.evidence = [{ kind: 'log', text }]
  expect(ofClass(page(grade), 'own').map(textOf)).toEqual([`the log of your container${text}`])
})

test('H22: lets nothing through, whatever the bytes', () => {
  for (const text of randomTexts(60)) expectHarmless(page(hostileGrade(text)))
})

test('H27: does not grow without bound with what a submission sent', () => {
  const evidence = [{ kind: 'log' as const, text: 'x<'.repeat(500_000) }]
  const grade = sampleGraded('alice')
  grade.exercises = [
    { id: 'httpserver', title: 't', found: {}, phases: [], checks: [sampleCheck('httpserver.builds', { evidence })] },
  ]
  expect(page(grade).length).toBeLessThan(400_000)
})
