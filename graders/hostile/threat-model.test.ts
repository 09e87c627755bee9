import { readdir, readFile, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { renderUncontrolled } from './attack-table.ts'
import { attackGroups, attackIds, notAutomated, withoutControl } from './catalogue.ts'

/** `docs/threat-model.md` says which file holds a defence and which attacks prove it; neither may be a wish. */

const root = fileURLToPath(new URL('../../', import.meta.url))
const page = join(root, 'docs/threat-model.md')

let text: string
let rows: { defence: string; files: string[]; attacks: string[] }[]
let proved: Set<string>
let controlled: Set<string>

beforeAll(async () => {
  text = await readFile(page, 'utf8')
  const [, table = ''] = /<!-- defences:begin -->(.*)<!-- defences:end -->/s.exec(text) ?? []
  rows = table
    .split('\n')
    .filter((line) => /\bH\d\d\b/.test(line))
    .map((line) => {
      const [, defence = '', files = '', attacks = ''] = line.split('|')
      return { defence: defence.trim(), files: linksIn(files), attacks: attacks.match(/H\d\d/g) ?? [] }
    })
  const sources = await readTests()
  proved = await provedAttacks(sources)
  controlled = new Set(sources.flatMap((source) => source.match(/\bH\d\d(?= control:)/g) ?? []))
})

describe('the threat model', () => {
  test('names files that exist', async () => {
    const missing: string[] = []
    for (const link of linksIn(text).filter((one) => !/^(https?:|#)/.test(one))) {
      const path = join(dirname(page), link.replace(/#.*/, ''))
      if (!(await stat(path).catch(() => undefined))) missing.push(link)
    }
    expect(missing).toEqual([])
  })

  test('names for each defence a file and an attack', () => {
    expect(rows.length).toBeGreaterThan(20)
    expect(rows.filter(({ files, attacks }) => files.length === 0 || attacks.length === 0)).toEqual([])
  })

  test('names attacks that a test or a submission is named after', () => {
    const named = [...new Set(rows.flatMap(({ attacks }) => attacks))].sort()
    expect(named.filter((id) => !proved.has(id))).toEqual([])
  })

  test('says of every attack what it is', () => {
    const told = [...text.matchAll(/^\| (H\d\d) +\| \S/gm)].map(([, id]) => id)
    expect(told).toEqual(attackGroups.flatMap(attackIds))
  })

  test('names every attack, or the catalogue says why none proves it', () => {
    const named = new Set(rows.flatMap(({ attacks }) => attacks))
    const all = attackGroups.flatMap(attackIds)
    expect(all.filter((id) => !named.has(id) && notAutomated[id] === undefined)).toEqual([])
  })

  test('has for each attack a control, or the catalogue says why there is none', () => {
    const automated = attackGroups.flatMap(attackIds).filter((id) => notAutomated[id] === undefined)
    expect(automated.filter((id) => !controlled.has(id))).toEqual(Object.keys(withoutControl))
  })

  test('tells the reasons of the catalogue', () => {
    const [, told = ''] = /<!-- uncontrolled:begin -->(.*)<!-- uncontrolled:end -->/s.exec(text) ?? []
    expect(told.trim()).toBe(renderUncontrolled())
  })
})

function linksIn(markdown: string): string[] {
  return [...markdown.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link)
}

/** Ids in titles of tests, as `H07:` or `H07 control:`, and of submissions that are attacks. */
async function provedAttacks(sources: string[]): Promise<Set<string>> {
  const hostile = await readdir(join(root, 'submissions/hostile'))
  const corpus = await readdir(join(root, 'submissions/corpus'), { recursive: true, withFileTypes: true })
  const expectations = corpus.filter(({ name }) => name === 'expected.yml')
  const told = await Promise.all(expectations.map((entry) => readFile(join(entry.parentPath, entry.name), 'utf8')))
  return new Set([
    ...sources.flatMap((source) => source.match(/\bH\d\d(?=( control)?:)/g) ?? []),
    ...hostile.flatMap((name) => /^(H\d\d)-/.exec(name)?.[1] ?? []),
    ...told.flatMap((yaml) => yaml.match(/\bH\d\d\b/g) ?? []),
  ])
}

/** The source of every test, as ids in titles are written out. */
async function readTests(): Promise<string[]> {
  const entries = await readdir(join(root, 'graders'), { recursive: true, withFileTypes: true })
  const tests = entries.filter((entry) => entry.isFile() && entry.name.endsWith('.test.ts'))
  return Promise.all(tests.map((entry) => readFile(join(entry.parentPath, entry.name), 'utf8')))
}
