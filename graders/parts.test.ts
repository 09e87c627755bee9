import { cp, mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import assignment from '../specs/cncamp-module3/assignment.ts'
import { git } from './github/test-repositories.ts'
import { type GradesFile, gradesFileSchema } from './model/grade.ts'
import { reportFormats } from './reporters/formats.ts'
import { type Inbox, makeInbox, quickDockerfile, startCgrade } from './test-runs.ts'

/** One run in parts: by exercises, and by what changed. */

const corpus = fileURLToPath(new URL('../submissions/corpus/cncamp-module3/', import.meta.url))
/** Those of Classroom are about one submission. */
const formats = Object.keys(reportFormats).filter((name) => !name.startsWith('classroom'))
/** Those without a server of their own, in another order than the assignment's. */
const others = assignment.exercises.map(({ id }) => id).filter((id) => id !== 'httpserver')

let inbox: Inbox
const placeOf = (run: string) => join(dirname(inbox.folder), run)

beforeAll(async () => {
  inbox = await makeInbox()
  await inbox.add('li-wei', { Dockerfile: quickDockerfile }, { server: true })
  await inbox.add('no-build', { Dockerfile: 'FROM scratch\nCOPY not-handed-in /x\n' })
  await inbox.add('rejected', {})
  await symlink('/etc/passwd', join(inbox.folder, 'rejected/Dockerfile'))
  await cp(join(corpus, 'right-memory-busybox-tail/submission'), join(inbox.folder, 'tail'), { recursive: true })
})

afterAll(async () => {
  await inbox[Symbol.asyncDispose]()
})

async function batch(run: string, ...words: string[]) {
  const ended = await startCgrade(['batch', inbox.folder, '--seed', 's', '--out', placeOf(run), ...words])
  expect(ended.exitCode, ended.stderr).toBe(0)
  return { ...ended, file: await read(run) }
}

async function read(run: string): Promise<GradesFile> {
  return gradesFileSchema.parse(JSON.parse(await readFile(join(placeOf(run), 'grades.json'), 'utf8')))
}

/** What two runs of the same must have in common. */
async function pictureOf(run: string): Promise<unknown> {
  const { grades, run: record } = await read(run)
  const ended = await startCgrade(['report', placeOf(run), '--format', 'transcript'])
  const points = grades.map(({ submission, flags, ...grade }) => ({
    submission,
    flags,
    score: grade.status === 'ungraded' ? undefined : [grade.score, grade.maxScore],
    checks: grade.exercises.flatMap(({ checks }) => checks.map(({ id, outcome, points }) => ({ id, outcome, points }))),
  }))
  const images = record.baseImages.map((image) => JSON.stringify(image))
  return { points, transcript: ended.stdout, judged: record.exercises, images: images.sort() }
}

describe('a run in two parts', () => {
  let server: Awaited<ReturnType<typeof batch>>
  let rest: typeof server

  beforeAll(async () => {
    await batch('whole')
    server = await batch('server', '--exercises', 'httpserver')
    rest = await batch('rest', '--exercises', others.toReversed().join(', '))
  }, 600_000)

  test('judges what was asked for, and builds what that looks at', () => {
    expect(server.file.run.exercises).toEqual(['httpserver'])
    expect(rest.file.run.exercises).toEqual(others)
    expect(server.file.grades.map((grade) => grade.exercises.map(({ id }) => id))).toEqual([
      ['httpserver'],
      ['httpserver'],
      [],
      ['httpserver'],
    ])
    expect(server.file.grades).toMatchObject([
      { score: 55, maxScore: 55 },
      { score: 0, maxScore: 55 },
      { status: 'rejected', maxScore: 55 },
      { score: 0, maxScore: 55 },
    ])
    expect(server.stderr).toContain('4 submissions of cncamp-module3 (httpserver)')
    expect(server.stdout).toContain('Only these exercises were judged: httpserver.')
    // Why the network was not reached would stand in checks that this run has not.
    expect(rest.stderr).toContain('no-build: `httpserver`, which is not judged in this run: ')
    const network = rest.file.grades[1]?.exercises.find(({ id }) => id === 'network')
    expect(network?.checks[0]).toMatchObject({ outcome: 'skipped', points: 0, because: 'httpserver.builds' })
  })

  test('merges to what one run of all says, in whichever order', async () => {
    const whole = await pictureOf('whole')
    for (const [name, parts] of Object.entries({ there: ['server', 'rest'], back: ['rest', 'server'] })) {
      const merged = await startCgrade(['merge', ...parts.map(placeOf), '--out', placeOf(name)])
      expect(merged.exitCode, merged.stderr).toBe(0)
      expect(await pictureOf(name)).toEqual(whole)
      const [page] = (await read(name)).grades
      expect(page?.submission.id).toBe('li-wei')
      const files = ['grades.json', 'grades.jsonl', 'grades.csv', 'junit.xml', 'run.json']
      for (const file of files) expect(await readFile(join(placeOf(name), file), 'utf8')).not.toBe('')
    }
    const strip = ({ run, ...file }: GradesFile) => ({ ...file, run: { ...run, id: '' } })
    expect(strip(await read('back'))).toEqual(strip(await read('there')))
  })

  test('is reported in every format, a reason that the file does not have included', async () => {
    const ended = await startCgrade([
      'report',
      placeOf('rest'),
      '--format',
      formats.join(','),
      '--out',
      placeOf('rest-reports'),
    ])
    expect(ended.exitCode, ended.stderr).toBe(0)
  })

  test('with one part missing ends with 3, and gives that submission no score', async () => {
    const [first, ...more] = (await read('rest')).grades
    expect(first?.submission.id).toBe('li-wei')
    const cut = { ...(await read('rest')), grades: more }
    await writeFile(placeOf('cut.json'), JSON.stringify(cut))
    const ended = await startCgrade([
      'merge',
      placeOf('server'),
      placeOf('cut.json'),
      '--out',
      placeOf('cut'),
      '--json',
    ])
    expect(ended.exitCode, ended.stderr).toBe(3)
    const merged = gradesFileSchema.parse(JSON.parse(ended.stdout))
    expect(merged.grades[0]).toMatchObject({ status: 'ungraded', error: { code: 'merge.part-missing' } })
  })

  test('that contradict each other end with 2 and both names, and leave no run behind', async () => {
    const { grades, ...file } = await read('server')
    const exercises = grades[1]?.exercises ?? []
    await writeFile(placeOf('forged.json'), JSON.stringify({ ...file, grades: [{ ...grades[0], exercises }] }))
    const words = ['merge', placeOf('server'), placeOf('forged.json'), '--out', placeOf('forged')]
    const ended = await startCgrade(words)
    expect(ended.exitCode).toBe(2)
    expect(ended.stderr).toMatch(
      /^error: `.*\/server` and `.*\/forged\.json` contradict each other: .*`httpserver` of `li-wei`/,
    )
    await expect(readFile(join(placeOf('forged'), 'grades.json'))).rejects.toThrow('ENOENT')
  })
})

test('a student may ask for one exercise: the score is out of it, and what was left out is said', async () => {
  const ended = await startCgrade(['check', join(inbox.folder, 'li-wei'), '--exercises', 'network'])
  expect(ended.exitCode, ended.stderr).toBe(0)
  expect(ended.stdout).toContain('Score 3 of 3 points')
  expect(ended.stdout).toContain('Judged: network. Left out: httpserver, memory, chroot')
  expect(ended.stdout).not.toContain('the HTTP server in a container')
})

describe('batch --changed-since', () => {
  const course = () => placeOf('course')
  const since = (run: string, commit: string, ...words: string[]) =>
    startCgrade(['batch', join(course(), 'submissions'), '--changed-since', commit, '--out', placeOf(run), ...words])

  beforeAll(async () => {
    await mkdir(course())
    await git(course(), ['init', '-q', '-b', 'main'])
    await cp(inbox.folder, join(course(), 'submissions'), { recursive: true })
    await rm(join(course(), 'submissions/tail'), { recursive: true })
    await writeFile(join(course(), 'submissions/README.md'), 'One folder per student.')
    await git(course(), ['add', '-A'])
    await git(course(), ['commit', '-q', '-m', 'all'])
    await git(course(), ['checkout', '-q', '-b', 'pull'])
    await rename(join(course(), 'submissions/li-wei'), join(course(), 'submissions/李伟'))
    await rm(join(course(), 'submissions/rejected'), { recursive: true })
    await writeFile(join(course(), 'submissions/notes.txt'), 'x')
    await git(course(), ['add', '-A'])
    await git(course(), ['commit', '-q', '-m', 'one'])
  })

  test('grades what changed, and tells what went and what is no submission', async () => {
    const ended = await since('changed', 'main', '--exercises', 'httpserver')
    expect(ended.exitCode, ended.stderr).toBe(0)
    expect((await read('changed')).grades).toMatchObject([{ submission: { id: '李伟' }, score: 55, maxScore: 55 }])
    for (const said of ['Gone since `main`', ': li-wei\n', ': rejected\n', 'Left out: notes.txt']) {
      expect(ended.stderr).toContain(said)
    }
    expect(ended.stderr).not.toContain('no-build')
    expect(ended.stderr).not.toContain('Not committed')
  })

  test('where nothing changed it is a run without grades, in every format', async () => {
    const ended = await since('nothing', 'HEAD')
    expect(ended.exitCode, ended.stderr).toBe(0)
    expect(ended.stdout).toContain('Nothing to grade: none of 2 submissions')
    expect((await read('nothing')).grades).toEqual([])
    const reported = await startCgrade([
      'report',
      placeOf('nothing'),
      '--format',
      formats.join(','),
      '--out',
      placeOf('none'),
    ])
    expect(reported.exitCode, reported.stderr).toBe(0)
    const merged = await startCgrade(['merge', placeOf('nothing'), '--out', placeOf('merged-nothing')])
    expect(merged.exitCode, merged.stderr).toBe(0)
  })

  test('grades the work tree, and says that it is not what HEAD has', async () => {
    await writeFile(join(course(), 'submissions/李伟/Dockerfile'), 'FROM scratch\nCOPY not-here /x\n')
    const ended = await since('uncommitted', 'main', '--exercises', 'httpserver', '--json')
    expect(ended.exitCode, ended.stderr).toBe(0)
    expect(ended.stderr).toContain('Not committed: 李伟.')
    expect(gradesFileSchema.parse(JSON.parse(ended.stdout)).grades).toMatchObject([{ score: 0, maxScore: 55 }])
  })

  test('a commit that is not known ends with 2, and says how to get it', async () => {
    const ended = await since('unknown', 'origin/main')
    expect(ended.exitCode).toBe(2)
    expect(ended.stderr).toMatch(/^error: `--changed-since` expects a commit .*`origin\/main`.*`fetch-depth: 0`/)
  })
})
