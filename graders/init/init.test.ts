import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { quickDockerfile, quickServer } from '../test-runs.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const commit = '1'.repeat(40)
const pin = ['--cgrade', `octo-org/cgrade@${commit}`]
let here = ''

// Every test starts Node at least once, and the machine may be building images meanwhile.
vi.setConfig({ testTimeout: 60_000 })

beforeEach(async () => {
  here = await mkdtemp(join(tmpdir(), 'cgrade-init-'))
})
afterEach(() => rm(here, { recursive: true, force: true }))

function cgrade(...words: string[]) {
  return execa(process.execPath, [join(root, 'graders/cli.ts'), ...words], { cwd: here, reject: false })
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(join(here, folder), { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(here, folder).length + 1))
    .sort()
}

describe('cgrade init', () => {
  test('course writes its files, says which, and the next steps; once more it changes nothing', async () => {
    const first = await cgrade('init', 'course', 'my course', '--staff', '@octo-org/teachers', ...pin)
    expect(first).toMatchObject({ exitCode: 0, stderr: '' })
    const files = await filesBelow('my course')
    expect(files).toEqual(
      [
        ...['.gitattributes', '.github/CODEOWNERS', '.github/workflows/grade.yml', '.github/workflows/publish.yml'],
        ...['.gitignore', 'README.md', 'submissions/README.md'],
      ].sort(),
    )
    for (const file of files) expect(first.stdout).toContain(`Wrote          ${file}\n`)
    expect(first.stdout).toContain("cd 'my course' && git add --all")
    expect(await readFile(join(here, 'my course/.github/CODEOWNERS'), 'utf8')).toMatch(
      /^\* @octo-org\/teachers\n.*\n\/submissions\/$/m,
    )
    const again = await cgrade('init', 'course', 'my course', '--staff', '@octo-org/teachers', ...pin)
    expect(again.exitCode).toBe(0)
    expect(again.stdout).not.toContain('Wrote')
    expect(await filesBelow('my course')).toEqual(files)
  })

  test('leaves what differs, writes the rest and ends with 2; --force replaces it and says so', async () => {
    await writeFile(join(here, 'README.md'), 'mine\n')
    const first = await cgrade('init', 'student', ...pin)
    expect(first.exitCode).toBe(2)
    expect(first.stderr).toMatch(/^error: Left as they are.*`README\.md`.*`--force` replaces them/)
    expect(await readFile(join(here, 'README.md'), 'utf8')).toBe('mine\n')
    expect(await filesBelow('.')).toContain('.github/workflows/grade.yml')
    const forced = await cgrade('init', 'student', '--force', '--json', ...pin)
    expect(forced).toMatchObject({ exitCode: 0, stderr: '' })
    expect(JSON.parse(forced.stdout)).toMatchObject({
      schema: 'cgrade/init/v1',
      kind: 'student',
      written: [],
      replaced: ['README.md'],
      kept: [],
    })
    expect(await readFile(join(here, 'README.md'), 'utf8')).toContain('# My homework')
  })

  test('tells what stands in the way, and leaves no half of a file', async () => {
    await writeFile(join(here, '.github'), '')
    const ended = await cgrade('init', 'course', ...pin)
    expect(ended.exitCode).toBe(2)
    expect(ended.stderr).toContain('`.github/workflows/grade.yml` cannot be written: a file stands where')
    expect(await filesBelow('.')).toEqual(['.github'])
  })

  test('a file that cannot be written is left as it was when it is replaced', async () => {
    await mkdir(join(here, 'README.md'))
    const ended = await cgrade('init', 'student', '--force', ...pin)
    expect(ended.exitCode).toBe(2)
    expect(ended.stderr).toContain('`README.md` cannot be written: it is a folder')
    expect((await readdir(here)).filter((name) => name.startsWith('.README'))).toEqual([])
  })
})

describe('cgrade init refuses, and says what was expected:', () => {
  test.each<[string, ...string[]]>([
    ['init', '`cgrade init` expects what to begin: course, student, staff or assignment'],
    ['init cuorse', '`init` expects `course`, `student`, `staff`, `assignment`, got `cuorse`. Did you mean `course`?'],
    ['init course --cgrade cgrade', '`--cgrade` expects `owner/repository@commit`', 'got `cgrade`'],
    ['init course --cgrade a/b@main', '40 hex digits', 'got `main`', '`git ls-remote https://github.com/a/b HEAD`'],
    ['init course --cgrade a/b@12345', '40 hex digits', 'got `12345`'],
    ['init course --cgrade a/b', '40 hex digits', 'got no commit'],
    ['init course --staff teachers', '`--staff` expects a team or an account with its `@`'],
    ['init staff --course https://github.com/a/b', '`--course` expects `owner/repository`'],
    [`init staff --cgrade a/b@${commit}`, '`init staff` expects the course repository', '--course octo-org/my-course'],
    ['init student --id x', '`--id` is an option of `cgrade init assignment`; `cgrade init student` does not take it'],
    ['init assignment --id Warm_Up', '`--id` expects small letters', 'got `Warm_Up`'],
    ['init assignment Warm_Up', "The folder's name `Warm_Up` is no id", '`--id`'],
    ['init course --assignment ./mine', 'expects the id of an assignment that cgrade ships'],
    ['init course --assignment cncamp-modul3', 'Did you mean `cncamp-module3`?'],
  ])('cgrade %s', async (line, ...expected) => {
    const ended = await cgrade(...line.split(' '))
    expect(ended.stdout).toBe('')
    expect(ended.exitCode).toBe(2)
    for (const part of expected) expect(ended.stderr).toContain(part)
    expect(await readdir(here)).toEqual([])
  })
})

describe('what it writes grades at once:', () => {
  const homework = async () => {
    await mkdir(join(here, 'homework'))
    await writeFile(join(here, 'homework/Dockerfile'), quickDockerfile)
    await symlink(quickServer, join(here, 'server'))
    await execa('cp', ['-L', join(here, 'server'), join(here, 'homework/hs')])
  }

  test('a new assignment', async () => {
    await homework()
    expect((await cgrade('init', 'assignment', 'warm-up')).exitCode).toBe(0)
    const ended = await cgrade('check', 'homework', '--assignment', './warm-up', '--quiet')
    expect(ended.exitCode, ended.stderr).toBe(0)
    expect(ended.stdout).toContain('Score 5 of 5 points (100 %), 3 of 3 checks passed')
  })

  test('the hidden assignment of staff, on top of the published one, and its page does not tell', async () => {
    await homework()
    expect((await cgrade('init', 'staff', 'staff', '--course', 'octo-org/course', ...pin)).exitCode).toBe(0)
    // The clones lie side by side.
    await symlink(root, join(here, 'cgrade'))
    const ended = await cgrade('check', 'homework', '-a', './staff/specs/cncamp-module3', '--quiet', '--out', 'run')
    expect(ended.exitCode, ended.stderr).toBe(0)
    expect(ended.stdout).toContain('Score 58 of 58')
    const grades = await readFile(join(here, 'run/grades.json'), 'utf8')
    expect(JSON.parse(grades).grades[0]).toMatchObject({ status: 'graded', score: 63, maxScore: 63 })
    const [page] = (await filesBelow('run')).filter((name) => name.endsWith('report.html'))
    expect(await readFile(join(here, 'run', page ?? ''), 'utf8')).not.toContain('very long path')
  })
})
