import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { UsageError } from '../../model/grader-error.ts'
import type { SubmissionSource } from '../../model/progress.ts'
import { collectSubmissions } from './collect-submissions.ts'
import { takeIn } from './intake.ts'
import { tarOf, type ZipEntry, zipOf } from './test-archives.ts'
import { assignment } from './test-submission.ts'

const limits = { ...assignment.limits.intake, totalBytes: 4000, fileBytes: 2000 }

let base: string
let before: string[]
const workFolders = () => readdirSync(tmpdir()).filter((name) => name.startsWith('cgrade-work-'))
beforeEach(() => {
  before = workFolders()
  base = mkdtempSync(join(tmpdir(), 'cgrade-download-'))
})
afterEach(() => rmSync(base, { recursive: true, force: true }))

const inner = (...names: string[]) => zipOf(names.map((name) => ({ name, content: `content of ${name}` })))
const collect = (path: string) =>
  collectSubmissions(path, { limits: { ...assignment.limits, intake: limits } }, { isPlain: false })

function place(name: string, content: string | Buffer): void {
  mkdirSync(dirname(join(base, name)), { recursive: true })
  writeFileSync(join(base, name), content)
}

async function take(source: SubmissionSource | undefined): Promise<string[] | string> {
  if (source === undefined) throw new Error('no such submission')
  const intake = await takeIn(source, limits, join(base, '.work'))
  return intake.ok ? intake.submission.entries.map(({ path }) => path) : intake.fault.reason
}

const canvas: ZipEntry[] = [
  { name: 'zhangwei_LATE_4321_7_hw.zip', content: inner('hw/Dockerfile', 'hw/main.go') },
  { name: 'liming_55_8_Dockerfile', content: 'FROM scratch' },
  { name: 'liming_55_9_main.go', content: 'package main' },
  { name: 'wang_56_10_hw.zip', content: inner('Dockerfile') },
  { name: 'wang_56_11_report.pdf', content: 'a report' },
  { name: 'sun_57_text.html', content: 'typed' },
]

test('a Canvas download: archives are submissions, and the files of one student are one', async () => {
  place('submissions.zip', zipOf(canvas))
  await using collected = await collect(join(base, 'submissions.zip'))
  const of = (id: string) => collected.sources.find((source) => source.id === id)
  expect(collected.sources.map(({ id }) => id)).toEqual(['liming_55', 'wang_56', 'zhangwei_4321'])
  expect(collected.leftOut).toEqual([{ name: 'sun_57_text.html', why: expect.stringContaining('typed') }])
  expect(await take(of('zhangwei_4321'))).toEqual(['Dockerfile', 'main.go'])
  expect(await take(of('liming_55'))).toEqual(['Dockerfile', 'main.go'])
  expect(await take(of('wang_56'))).toEqual(['Dockerfile', 'report.pdf'])
  expect(of('zhangwei_4321')?.delivery).toEqual({ name: 'zhangwei', canvasId: '4321', markedLate: true })
  expect(of('zhangwei_4321')?.shownAs).toBe(join(base, 'submissions.zip', 'zhangwei_LATE_4321_7_hw.zip'))
})

test('it is the same unpacked, packed once more in a folder, or beside ordinary folders', async () => {
  const idsOf = async (path: string) => {
    await using collected = await collect(path)
    return collected.sources.map(({ id }) => id)
  }
  place('wrapped.zip', zipOf(canvas.map((entry) => ({ ...entry, name: `submissions/${entry.name}` }))))
  expect(await idsOf(join(base, 'wrapped.zip'))).toEqual(['liming_55', 'wang_56', 'zhangwei_4321'])
  for (const { name, content = '' } of canvas) place(`inbox/${name}`, content)
  place('inbox/alice/Dockerfile', 'FROM scratch')
  place('inbox/bob.zip', inner('Dockerfile'))
  expect(await idsOf(join(base, 'inbox'))).toEqual(['alice', 'bob', 'liming_55', 'wang_56', 'zhangwei_4321'])
})

test('a Moodle download: files of folders, archives in them, and folders of their own', async () => {
  place(
    'moodle.zip',
    zipOf([
      { name: 'Li Wei_12_assignsubmission_file_/hw.tar', content: await tarOf([{ name: 'Dockerfile', content: 'x' }]) },
      { name: 'Ann_13_assignsubmission_file/app/main.go', content: 'x' },
      { name: 'Ann_13_assignsubmission_file/Dockerfile', content: 'x' },
      { name: 'Two_14_assignsubmission_file_/hw.zip', content: inner('Dockerfile') },
      { name: 'Two_14_assignsubmission_file_/Dockerfile', content: 'another' },
      { name: 'Li Wei_12_assignsubmission_onlinetext_/onlinetext.html', content: 'typed' },
    ]),
  )
  await using collected = await collect(join(base, 'moodle.zip'))
  const [ann, li, two] = collected.sources
  expect(collected.sources.map(({ id }) => id)).toEqual(['Ann_13', 'Li Wei_12', 'Two_14'])
  expect(await take(ann)).toEqual(['Dockerfile', 'app', 'app/main.go'])
  expect(await take(li)).toEqual(['Dockerfile'])
  // Which of the two counts is for discovery to say, with its reasons.
  expect(await take(two)).toEqual(['Dockerfile', 'hw', 'hw/Dockerfile'])
  expect(li?.delivery).toEqual({ name: 'Li Wei', moodleId: '12' })
  expect(collected.leftOut).toHaveLength(1)
})

test('H31: H32: what one student has uploaded too much of, or broken, is refused to that student alone', async () => {
  place(
    'submissions.zip',
    zipOf([
      { name: 'big_1_11_core.dump', content: Buffer.alloc(9000) },
      { name: 'broken_2_12_hw.zip', content: 'PK\x03\x04 not really' },
      { name: 'fine_3_13_hw.zip', content: inner('Dockerfile') },
      { name: 'many_4_14_a.go', content: Buffer.alloc(1900) },
      { name: 'many_4_15_b.go', content: Buffer.alloc(1900) },
      { name: 'many_4_16_c.go', content: Buffer.alloc(1900) },
    ]),
  )
  await using collected = await collect(join(base, 'submissions.zip'))
  const outcomes = []
  for (const source of collected.sources) outcomes.push([source.id, await take(source)])
  expect(outcomes).toEqual([
    ['big_1', 'intake.too-large'],
    ['broken_2', 'intake.archive-damaged'],
    ['fine_3', ['Dockerfile']],
    ['many_4', 'intake.too-large'],
  ])
  // No more than shows that it is too much is ever written.
  const [big] = collected.sources
  expect(statSync(big?.path ?? '').size).toBe(limits.fileBytes + 1)
})

test('H28: H29: H33: a download is unpacked into a folder of ours, through no link and out of no folder', async () => {
  place('up.zip', zipOf([...canvas, { name: '../evil_1_2_x.zip', content: 'x' }]))
  await expect(collect(join(base, 'up.zip'))).rejects.toThrow(UsageError)
  place(
    'link.zip',
    zipOf([
      { name: 'li_1_11_Dockerfile', content: 'x' },
      { name: 'li_1_12_passwd', content: '/etc/passwd', mode: 0o120_777 },
    ]),
  )
  await using collected = await collect(join(base, 'link.zip'))
  expect(await take(collected.sources[0])).toEqual(['Dockerfile'])
  // The same in a folder that somebody has unpacked.
  place('inbox/li_1_11_Dockerfile', 'x')
  symlinkSync('/etc/passwd', join(base, 'inbox/li_1_12_passwd'))
  await using listed = await collect(join(base, 'inbox'))
  expect(await take(listed.sources[0])).toEqual(['Dockerfile'])
  expect(listed.leftOut).toEqual([{ name: 'li_1_12_passwd', why: expect.stringContaining('a link') }])
})

test('any other archive is no download, and one that cannot be read says why', async () => {
  place('alice.zip', inner('Dockerfile', 'main.go'))
  await expect(collect(join(base, 'alice.zip'))).rejects.toThrow(/no name in it is like theirs.*`cgrade check`/)
  place('cut.zip', zipOf(canvas).subarray(0, 200))
  await expect(collect(join(base, 'cut.zip'))).rejects.toThrow(/cannot be read as a download/)
  place('twice.zip', zipOf([...canvas, ...canvas.slice(0, 1)]))
  await expect(collect(join(base, 'twice.zip'))).rejects.toThrow(/packed twice/)
})

test('one number under two names is told, and not chosen between', async () => {
  place('inbox/Li Wei_12_assignsubmission_file_/a.go', 'x')
  place('inbox/Wei Li_12_assignsubmission_file_/a.go', 'x')
  await expect(collect(join(base, 'inbox'))).rejects.toThrow("are both of Moodle's participant 12")
})

test('where each name is just a name, so are those of a platform', async () => {
  place('inbox/li_1_11_hw.zip', inner('Dockerfile'))
  await using collected = await collectSubmissions(join(base, 'inbox'), assignment, { isPlain: true })
  expect(collected.sources.map(({ id }) => id)).toEqual(['li_1_11_hw'])
})

test('nothing of a download stays behind', async () => {
  place('submissions.zip', zipOf(canvas))
  const collected = await collect(join(base, 'submissions.zip'))
  await take(collected.sources[0])
  await collected[Symbol.asyncDispose]()
  await collect(join(base, 'nothing.zip')).catch(() => {})
  expect(workFolders().filter((name) => !before.includes(name))).toEqual([])
})
