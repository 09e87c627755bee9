import { mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join, sep } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { recordIo } from '../commands/recorded-io.ts'
import { report } from '../commands/report.ts'
import { runOnDisk } from '../commands/run-on-disk.ts'
import type { FileName } from '../model/encoded.ts'
import { fileNameOf } from '../model/identity.ts'
import { parseSubmissionConfig } from '../model/submission-config.ts'
import { sampleFile, sampleGraded } from '../reporters/sample-grades.ts'
import { listSubmissions } from '../stages/intake/list-submissions.ts'
import { openRun } from '../store/run-folder.ts'
import { anyText } from './printed-texts.ts'
import { commandsIn } from './runner-commands.ts'

/** Names of folders are untrusted, too: each student gets a report of their own, and none lies outside the run's folder. */

let folder: string
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'cgrade-names-')))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const ids = [
  ...['Alice', 'alice', 'ALICE', 'alice ', 'a-lice', 'é', 'e', '王小明', '李小明', 'İ', 'i', 'ﬁ', 'fi'],
  ...[
    '../../x',
    '..',
    '.',
    '/etc/passwd',
    'a/b',
    'a\\b',
    'C:\\x',
    '~',
    '-rf',
    '--out',
    '$(touch x)',
    '`x`',
    '*',
    '%2e%2e',
  ],
  ...['con', 'nul.txt', 'grades.json', 'grades.jsonl', 'run.json', 'latest', 'report.html', 'junit.xml', '<student>'],
  ...['a\nb', 'a\0b', '::error::x', '##[error]x', '\u001b[2J', 'x'.repeat(300), '汉'.repeat(300), ' ', 'PA\u202eSS'],
]

async function writeRun(): Promise<void> {
  await using run = await runOnDisk(join(folder, 'out'), 'cncamp-module3', join(folder, 'reports'))
  const { finishedAt, ...start } = sampleFile([]).run
  await run.begin(start)
  for (const id of ids) await run.keep(sampleGraded(id))
  await run.finish({ ...start, finishedAt }, ids)
}

describe('H24: names of submissions as names of files', () => {
  test('H24: each has a page of its own below the folder, whatever it is called', async () => {
    await writeRun()
    const files = await readdir(folder, { recursive: true, withFileTypes: true })
    const pages = files.filter((entry) => entry.name === 'report.html').map((entry) => basename(entry.parentPath))
    expect(pages).toHaveLength(ids.length)
    expect(new Set(pages.map((name) => name.toLowerCase())).size).toBe(ids.length)
    expect(await readdir(folder)).toEqual(['out'])
    expect(files.every((entry) => entry.isFile() || entry.isDirectory())).toBe(true)
    expect(await readFile(join(folder, 'out', fileNameOf('王小明'), 'report.html'), 'utf8')).toContain(
      '<h1>王小明</h1>',
    )
  })

  test('H24: rendering one submission again replaces no file of the run, and prints nothing that commands', async () => {
    await writeRun()
    const before = await readFile(join(folder, 'out/grades.json'), 'utf8')
    for (const only of ['..', 'grades.json', '::error::x', '../../x', 'a\nb']) {
      const io = recordIo()
      expect(await report({ run: join(folder, 'out'), formats: ['json,table'], json: false, only }, io)).toBe(0)
      expect(commandsIn(io.stdout() + io.stderr())).toEqual([])
    }
    expect(await readFile(join(folder, 'out/grades.json'), 'utf8')).toBe(before)
    expect(await readdir(folder)).toEqual(['out'])
  })

  test('H24: a name is short, plain and of this folder, and no two ids share one, whatever the bytes', () => {
    fc.assert(
      fc.property(anyText, anyText, (one, other) => {
        expect(fileNameOf(one)).toMatch(/^[a-z0-9][a-z0-9-]*$/)
        expect(fileNameOf(one).length).toBeLessThan(64)
        expect(fileNameOf(one) === fileNameOf(other)).toBe(one.toWellFormed() === other.toWellFormed())
      }),
    )
  })

  test('H24: two folders whose names are one and the same after normalisation are refused, by name', async () => {
    for (const name of ['e\u0301va', '\u00e9va']) await mkdir(join(folder, 'inbox', name), { recursive: true })
    await expect(listSubmissions(join(folder, 'inbox'))).rejects.toThrow('éva')
  })

  test('H24: two folders that differ only in case are two submissions', async () => {
    for (const name of ['Alice', 'alice']) await mkdir(join(folder, 'inbox', name), { recursive: true })
    const { sources } = await listSubmissions(join(folder, 'inbox'))
    expect(sources.map(({ id }) => id)).toEqual(['Alice', 'alice'])
  })

  test('H24 control: with the id itself as the name, the page lies outside the folder, were it not for the last guard', async () => {
    expect(join(folder, 'out', '../../x', 'report.html').startsWith(`${folder}${sep}`)).toBe(false)
    const { finishedAt: _end, ...header } = sampleFile([]).run
    await using run = await openRun(join(folder, 'out'), header)
    await expect(run.write('../../x/report.html' as FileName, fileNameOf('x') as never)).rejects.toThrow('leads out')
    await run.write('Alice' as FileName, 'first' as never)
    await run.write('Alice' as FileName, 'second' as never)
    expect(await readFile(join(folder, 'out/Alice'), 'utf8')).toBe('second')
  })
})

describe('H25: keys with a meaning of their own', () => {
  const poison = '{"__proto__":{"score":100},"constructor":{"prototype":{"score":100}}}'

  test('H25: a record that holds them is refused, and gives no object anything', async () => {
    const file = sampleFile([sampleGraded('alice')])
    const text = JSON.stringify(file).replace('"submission":{', `"__proto__":{"score":100},"submission":{`)
    await mkdir(join(folder, 'run'))
    await writeFile(join(folder, 'run/grades.json'), text)
    const io = recordIo()
    const ended = await report({ run: join(folder, 'run'), formats: ['student'], json: false }, io).catch(
      (error) => error,
    )
    expect(ended).toBeInstanceOf(Error)
    expect(({} as { score?: number }).score).toBe(undefined)
  })

  test.each(['__proto__', 'constructor', 'prototype', 'toString'])('H25: `%s` in a cgrade.yml is no key', (key) => {
    for (const text of [
      `${key}: {score: 100}\n`,
      `httpserver:\n  ${key}: {score: 100}\n`,
      `httpserver: {"${key}": 1}\n`,
    ]) {
      const parsed = parseSubmissionConfig(text, 'cgrade.yml')
      expect(parsed.ok).toBe(false)
      expect(({} as { score?: number }).score).toBe(undefined)
    }
  })

  test('H25: as ids, codes and texts they are words as any other', () => {
    for (const id of ['__proto__', 'constructor', 'toString', 'hasOwnProperty', poison]) {
      const grade = sampleGraded(id, { 'httpserver.healthz': { outcome: 'failed', message: id, actual: id } })
      grade.flags.push({ code: id, message: id })
      expect(sampleFile([grade]).grades[0]?.submission.id).toBe(id)
      expect(({} as { score?: number }).score).toBe(undefined)
    }
  })

  test('H25 control: merged key by key into an object, as no schema does, they give every object a score', () => {
    const merge = (into: Record<string, unknown>, from: Record<string, unknown>): void => {
      for (const [key, value] of Object.entries(from)) {
        if (typeof value === 'object' && value !== null && typeof into[key] === 'object' && into[key] !== null) {
          merge(into[key] as Record<string, unknown>, value as Record<string, unknown>)
        } else into[key] = value
      }
    }
    try {
      merge({}, JSON.parse(poison))
      expect(({} as { score?: number }).score).toBe(100)
    } finally {
      delete (Object.prototype as { score?: number }).score
    }
  })
})
