import { readFileSync } from 'node:fs'
import { XMLParser } from 'fast-xml-parser'
import { parse as parseJunit, type TestCase, type TestSuite } from 'junit2json'
import { describe, expect, test } from 'vitest'
import { memoryPages, validateXML } from 'xmllint-wasm'
import { commandsIn } from '../hostile/runner-commands.ts'
import { checksOf, type GradesFile } from '../model/grade.ts'
import { hostileGrade, hostileTexts, unseenIn } from './hostile-text.ts'
import { renderJunit } from './junit.ts'
import {
  sampleFile,
  sampleGraded,
  samplePartial,
  sampleRejected,
  sampleRun,
  sampleUngraded,
  sampleUnreachable,
} from './sample-grades.ts'

const schemas = [
  new URL('./fixtures/junit-10-subset.xsd', import.meta.url).pathname,
  ...(process.env.CGRADE_JUNIT_XSD === undefined ? [] : [process.env.CGRADE_JUNIT_XSD]),
].map((path) => readFileSync(path, 'utf8'))

async function schemaErrors(xml: string): Promise<string[]> {
  const validations = schemas.map((schema) =>
    validateXML({ xml: [{ fileName: 'junit.xml', contents: xml }], schema: [schema], maxMemoryPages: memoryPages.GiB }),
  )
  return (await Promise.all(validations)).flatMap(({ errors }) => errors.map((error) => error.rawMessage))
}

async function suitesOf(file: GradesFile, flavour: 'jenkins' | 'github' = 'jenkins'): Promise<TestSuite[]> {
  const root = await parseJunit(renderJunit(file, flavour))
  if (root === undefined || root === null || !('testsuite' in root)) throw new Error('not a <testsuites>')
  return (root.testsuite ?? []) as TestSuite[]
}

async function casesOf(file: GradesFile, flavour: 'jenkins' | 'github' = 'jenkins'): Promise<TestCase[]> {
  return (await suitesOf(file, flavour)).flatMap((suite) => suite.testcase ?? [])
}

describe('the Jenkins flavour', () => {
  test('is valid for every kind of grade', async () => {
    expect(await schemaErrors(renderJunit(sampleRun(), 'jenkins'))).toEqual([])
  })

  test('is valid for a run without submissions', async () => {
    expect(await schemaErrors(renderJunit(sampleFile([]), 'jenkins'))).toEqual([])
  })

  test('is told apart from the GitHub flavour by its schema', async () => {
    expect(await schemaErrors(renderJunit(sampleRun(), 'github'))).not.toEqual([])
  })

  test('H21: is valid whatever a submission writes', async () => {
    const xml = renderJunit(sampleFile(hostileTexts.map(hostileGrade)), 'jenkins')
    expect(await schemaErrors(xml)).toEqual([])
    expect(unseenIn(xml.replaceAll('\t', ' '))).toEqual([])
  })
})

test('counts what a foreign parser counts, and what the model says', async () => {
  const file = sampleRun()
  const suites = await suitesOf(file)
  expect(suites).toHaveLength(4 * 2 + 1 + 3)
  for (const suite of suites) {
    const cases = suite.testcase ?? []
    const having = (key: 'failure' | 'error' | 'skipped') => cases.filter((one) => one[key] !== undefined).length
    expect(suite).toMatchObject({ tests: cases.length, failures: having('failure'), errors: having('error') })
    expect(suite.skipped).toBe(having('skipped'))
    expect(suite.time).toBeCloseTo(
      cases.reduce((sum, one) => sum + (one.time ?? Number.NaN), 0),
      2,
    )
  }
  const outcomes = file.grades.flatMap(checksOf).map((check) => check.outcome)
  const count = (...wanted: string[]) => outcomes.filter((outcome) => wanted.includes(outcome)).length
  const root = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '' }).parse(renderJunit(file, 'jenkins'))
  expect(root.testsuites).toMatchObject({
    tests: String(outcomes.length + 2),
    failures: String(count('failed', 'partial') + 1),
    errors: String(count('errored') + 1),
  })
})

test('names suite, class and case so that each is unique in a run', async () => {
  const suites = await suitesOf(sampleRun())
  const names = suites.map((suite) => suite.name)
  expect(new Set(names).size).toBe(names.length)
  expect(names).toContain('王小明-作业三: HTTP server')
  const [first] = await casesOf(sampleFile([sampleGraded('alice')]))
  expect(first).toMatchObject({
    classname: 'alice.httpserver',
    name: 'builds from the Dockerfile that was handed in [httpserver.builds]',
    time: 0.042,
  })
})

test('a partial check is a failure that says its points, in message and body', async () => {
  const cases = await casesOf(sampleFile([samplePartial('bob')]))
  const [failure] = cases.find((one) => one.name?.includes('header-echo'))?.failure ?? []
  const message = 'All 5 request headers came back, but under other names. (6/12 points)'
  expect(failure).toMatchObject({ message, type: 'echo.prefixed' })
  const lines = failure?.inner?.split('\n') ?? []
  expect(lines[0]).toBe(message)
  expect(lines).toContain('expected: X-Cedar-7f3a91: amber-58ab11d0c3')
  expect(lines).toContain('actual: Echo-X-Cedar-7f3a91: amber-58ab11d0c3')
  expect(lines).toContain('  $ docker run --rm -p 8080:8080 homework')
  expect(lines.at(-1)).toBe('    at httpserver.header-echo (httpserver/main.go:41:1)')
})

test('values of several lines are quoted below their label, and evidence is standard output', async () => {
  const cases = await casesOf(sampleFile([samplePartial('bob')]))
  const version = cases.find((one) => one.name?.includes('httpserver.version'))
  expect(version?.failure?.[0]?.inner).toContain('actual:\n│ Content-Type: text/plain\n│ Date: Mon')
  expect(version?.['system-out']?.[0]).toBe(
    'log:\n│ 2026/11/23 15:13:18 172.18.0.1:49152 GET / 200\n│ 2026/11/23 15:13:18 启动成功',
  )
})

test('a skipped check says whether its points count', async () => {
  const skippedOf = async (file: GradesFile) => (await casesOf(file)).flatMap((one) => one.skipped ?? [])
  const because = await skippedOf(sampleFile([sampleUnreachable('carl')]))
  expect(because[0]).toMatchObject({ message: 'skipped because of httpserver.serves (0/12 points)' })
  const [unavailable] = await skippedOf(sampleFile([samplePartial('bob')]))
  expect(unavailable).toMatchObject({ message: 'not counted: this engine runs on another machine' })
})

test('what we could not judge is an error, and never has points', async () => {
  const cases = await casesOf(sampleFile([sampleUngraded('erin')]))
  const errors = cases.flatMap((one) => one.error ?? [])
  expect(errors.map((error) => error.type)).toEqual(['engine.failed', 'cgrade.not-judged'])
  expect(errors[0]?.message).toBe('The engine stopped answering while the image was built. (ungraded)')
  expect(errors.map((error) => error.inner).join()).not.toMatch(/\d\/\d/)
})

test('a refused submission is one failure with its reason', async () => {
  const cases = await casesOf(sampleFile([sampleRejected('dave')]))
  expect(cases).toHaveLength(1)
  expect(cases[0]).toMatchObject({
    classname: 'dave.intake',
    name: 'intake',
    failure: [{ type: 'intake.link-outside' }],
  })
  expect(cases[0]?.failure?.[0]?.inner).toContain('(0/58 points)\nhint: Hand in the file itself')
})

test('the GitHub flavour adds file, line and points, with the same counts', async () => {
  const file = sampleRun()
  const xml = renderJunit(file, 'github')
  const parsed = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '' }).parse(xml)
  const bob = parsed.testsuites.testsuite.find((suite: { name: string }) => suite.name.startsWith('bob'))
  const echo = bob.testcase.find((one: { name: string }) => one.name.includes('header-echo'))
  expect(echo).toMatchObject({ file: 'httpserver/main.go', line: '41' })
  expect(echo.properties.property).toContainEqual({ name: 'points', value: '6' })
  expect(echo.properties.property).toContainEqual({ name: 'max_points', value: '12' })
  const countsOf = (suites: TestSuite[]) => suites.map(({ tests, failures, errors }) => ({ tests, failures, errors }))
  expect(countsOf(await suitesOf(file, 'github'))).toEqual(countsOf(await suitesOf(file)))
})

test.each(['jenkins', 'github'] as const)('H21: hostile text stays text in the %s flavour', async (flavour) => {
  const tame = sampleFile([hostileGrade('tame')])
  for (const text of hostileTexts) {
    const cases = await casesOf(sampleFile([hostileGrade(text)]), flavour)
    const tameCases = await casesOf(tame, flavour)
    expect(cases.map((one) => Object.keys(one).sort())).toEqual(tameCases.map((one) => Object.keys(one).sort()))
    expect(cases.map((one) => one.name).join()).not.toContain('forged]')
  }
  const [failure] = (await casesOf(sampleFile([hostileGrade(']]></failure><b>&amp;')]))).flatMap(
    (one) => one.failure ?? [],
  )
  expect(failure?.message).toBe(']]></failure><b>&amp; (0/10 points)')
})

test('H11: H12: no name and no path commands anything when a reporter prints it, as those on GitHub do', async () => {
  for (const text of ['::notice title=Autograding complete::Points 100/100', 'x\n::add-mask::PASS', 'a ##[error]x']) {
    for (const flavour of ['jenkins', 'github'] as const) {
      const xml = renderJunit(sampleFile([hostileGrade(text), sampleRejected(text)]), flavour, () => '')
      const attributes = [...xml.matchAll(/ (?:name|classname|file)="([^"]*)"/g)].map(([, value = '']) => decode(value))
      expect(attributes.join('\n')).toMatch(/::notice title|::add-mask|\[error]/)
      expect(attributes.flatMap((one) => commandsIn(`${one}:3 | message\n`))).toEqual([])
    }
  }
})

/** As a parser of XML reads the value of an attribute. */
function decode(value: string): string {
  const parsed = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '', htmlEntities: true })
  return parsed.parse(`<x y="${value}"/>`).x.y
}

test('paths of the GitHub flavour begin at the checkout', async () => {
  const xml = renderJunit(sampleFile([samplePartial('bob')]), 'github', () => 'submissions/bob')
  expect(xml).toContain('file="submissions/bob/httpserver/main.go" line="41"')
  expect(xml).toContain('at httpserver.header-echo (submissions/bob/httpserver/main.go:41:1)')
})
