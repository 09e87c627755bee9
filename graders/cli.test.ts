import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'

const cli = fileURLToPath(new URL('cli.ts', import.meta.url))
const noEngine = { DOCKER_HOST: 'unix:///nonexistent/docker.sock' }
let here = ''

// Every test starts Node at least once, and the machine may be building images meanwhile.
vi.setConfig({ testTimeout: 180_000 })

beforeAll(async () => {
  here = await mkdtemp(join(tmpdir(), 'cgrade-cli-'))
  await mkdir(join(here, 'submissions', 'examples', 'li-wei'), { recursive: true })
  await mkdir(join(here, 'empty'))
  await writeFile(join(here, 'notes.txt'), 'no folder')
})

afterAll(async () => {
  await rm(here, { recursive: true, force: true })
})

/** As a user would call it, away from every engine, terminal and CI. */
function cgrade(args: string[], env: Record<string, string> = {}) {
  // In a new home each call would compile all, and keep it, beside thirty others.
  const inherited = { PATH: process.env.PATH, HOME: here, NODE_DISABLE_COMPILE_CACHE: '1' }
  return execa(process.execPath, [cli, ...args], {
    cwd: here,
    env: { ...inherited, ...noEngine, ...env },
    extendEnv: false,
    reject: false,
  })
}

describe('bad use ends with 2 and one sentence that names what was expected', () => {
  test.concurrent.each<[string, string, ...string[]]>([
    ['batch submissions/examples --jbos 3', '`cgrade batch` has no option `--jbos`', 'Did you mean `--jobs`?'],
    ['batch --jbos 3 submissions/examples', '`cgrade batch` has no option `--jbos`', 'Did you mean `--jobs`?'],
    ['submissions/examples --jbos 3', '`cgrade batch` has no option `--jbos`', 'Did you mean `--jobs`?'],
    ['check . --jobs 3', '`--jobs` is an option of `cgrade batch`', '`cgrade check` does not take it'],
    ['bacth', 'There is no command `bacth`', 'expected `check`, `batch`', 'Did you mean `batch`?'],
    ['submisions', 'There is no command `submisions`', 'Did you mean the folder `submissions`?'],
    ['batch submissions/exmaples', 'There is no folder `submissions/exmaples`', 'Did you mean `submissions/examples`?'],
    ['submisions/examples', 'There is no folder `submisions/examples`', 'Did you mean `submissions/examples`?'],
    ['check ./submissions/examples/li-wie', 'There is no folder', 'Did you mean `submissions/examples/li-wei`?'],
    ['batch ./xyzzy', 'There is no folder `./xyzzy`', 'expected a folder with submissions in it'],
    ['batch notes.txt', '`notes.txt` is a file', 'expected a folder with submissions in it'],
    ['batch empty', 'There are no submissions in `empty`', 'expected one folder per student'],
    [
      'batch submissions --assignment cncamp-modul3',
      '`cncamp-modul3`',
      'Did you mean `cncamp-module3`?',
      'Known: cncamp-module3, cncamp-module8.',
    ],
    ['check . -a no-such-homework', '`no-such-homework`', 'cncamp-module3'],
    ['batch submissions --jobs minus', '`--jobs` expects a whole number from 1 to 64, got `minus`'],
    ['batch submissions examples', '`cgrade batch` expects a folder', 'got 2: `submissions`, `examples`'],
    ['batch', '`cgrade batch` expects a folder with submissions in it, got nothing'],
    ['report submissions --format junitt', '`--format` expects', 'got `junitt`', 'Did you mean `junit`?'],
    ['report reports/latst', 'There is no run `reports/latst`'],
    [
      'check . --exercises httpserver,netwrk',
      '`--exercises` expects exercises of `cncamp-module3`',
      'got `netwrk`',
      'Did you mean `network`?',
    ],
    ['check . --exercises ,', '`--exercises` expects the names of exercises, separated by commas, got `,`'],
    ['check . --changed-since main', '`--changed-since` is an option of `cgrade batch`'],
    ['batch submissions/examples --changed-since main', '`submissions/examples` is in none'],
    ['merge', '`cgrade merge` expects runs: their folders or their grades.json, got nothing'],
    ['merge reports/latst', 'There is no run `reports/latst`'],
    ['', 'Expected a command or a folder', '`cgrade --help`'],
  ])('cgrade %s', async (line, ...expected) => {
    const ended = await cgrade(line.split(' ').filter((word) => word !== ''))
    expect(ended.stdout).toBe('')
    for (const part of expected) expect(ended.stderr).toContain(part)
    expect(ended.stderr.split('\n')).toHaveLength(1)
    expect(ended.stderr).toMatch(/^error: .*[.?]$/)
    expect(ended.exitCode).toBe(2)
  })

  test('shows control characters of an argument instead of obeying them', async () => {
    const ended = await cgrade(['batch', './\u001b[31mred\u0007'])
    expect(ended.stderr).not.toContain('\u001b')
    expect(ended.stderr).not.toContain('\u0007')
    expect(ended.exitCode).toBe(2)
  })
})

describe('help', () => {
  test('bad use before it has left nothing behind', async () => {
    expect((await readdir(here)).sort()).toEqual(['empty', 'notes.txt', 'submissions'])
  })

  test.concurrent.each(['check', 'batch', 'regrade', 'report', 'doctor', 'images', 'merge', 'init'])(
    'cgrade %s --help has examples that name it',
    async (name) => {
      const asked = await cgrade([name, '--help'])
      expect(asked).toMatchObject({ exitCode: 0, stderr: '' })
      expect(asked.stdout).toMatch(new RegExp(`Examples:\n  cgrade ${name}`))
    },
  )

  test('cgrade --help lists every command and exit code, under the name by which it was called', async () => {
    const ended = await cgrade(['--help'], { CGRADE_CALLED_AS: './grade' })
    expect(ended).toMatchObject({ exitCode: 0, stderr: '' })
    for (const name of ['check', 'batch', 'regrade', 'report', 'doctor', 'images', 'merge', 'init'])
      expect(ended.stdout).toMatch(`\n  ${name} `)
    for (const code of [0, 1, 2, 3, 130]) expect(ended.stdout).toMatch(new RegExp(`^ {2}${code} {2}`, 'm'))
    expect(ended.stdout).toContain('./grade check .')
    expect(ended.stdout).not.toContain('cgrade check')
  })

  test('cgrade --version prints the version of the package', async () => {
    const ended = await cgrade(['--version'])
    expect(ended).toMatchObject({ exitCode: 0, stderr: '' })
    expect(ended.stdout).toMatch(/^\d+\.\d+\.\d+/)
  })

  test('a reader that closes the pipe is no fault', async () => {
    const started = cgrade(['batch', '--help'])
    started.stdout.destroy()
    expect(await started).toMatchObject({ exitCode: 0, stderr: '' })
  })
})

describe('without an engine', () => {
  test('check says so and ends with 3, since that is not the fault of a student', async () => {
    const ended = await cgrade(['check', 'submissions/examples/li-wei', '--json'])
    expect(ended.stdout).toBe('')
    expect(ended.stderr).toContain('No container engine answers on this machine.')
    expect(ended.stderr).not.toContain(' at ')
    expect(ended.exitCode).toBe(3)
  })

  test('batch leaves no empty run', async () => {
    const ended = await cgrade(['submissions/examples'])
    expect(ended.exitCode).toBe(3)
    expect(await readdir(join(here, 'reports')).catch(() => [])).toEqual([])
  })

  test('CGRADE_DEBUG=1 adds where it happened', async () => {
    const ended = await cgrade(['check', 'submissions/examples/li-wei'], { CGRADE_DEBUG: '1' })
    expect(ended.stderr).toMatch(/GraderError: No container engine[^\n]*\n +at /)
  })

  test('doctor names the engine that was asked for and how to go on', async () => {
    const ended = await cgrade(['doctor'])
    expect(ended.stdout).toContain('✗ Container engine')
    expect(ended.stdout).toContain(noEngine.DOCKER_HOST)
    expect(ended.stdout).toContain('unset DOCKER_HOST')
    expect(ended.exitCode).toBe(3)
  })

  test('doctor --json prints one document and nothing else', async () => {
    const ended = await cgrade(['doctor', '--json'])
    expect(JSON.parse(ended.stdout)).toMatchObject({
      schema: 'cgrade/doctor/v1',
      canGrade: { httpserver: false },
      facts: { engine: { reachable: false } },
    })
    expect(ended).toMatchObject({ stderr: '', exitCode: 3 })
  })

  test('colours come with FORCE_COLOR alone', async () => {
    const [plain, forced] = await Promise.all([cgrade(['doctor']), cgrade(['doctor'], { FORCE_COLOR: '1' })])
    expect(plain.stdout).not.toContain('\u001b[')
    expect(forced.stdout).toContain('\u001b[31m✗')
  })
})

describe('interrupted', () => {
  test('by Ctrl-C while the run is set up, it ends with 130 and its reports are written', async () => {
    const engine = process.env.DOCKER_HOST
    const args = ['batch', 'submissions/examples', '--out', 'interrupted', '--json']
    const started = execa(process.execPath, [cli, ...args], {
      cwd: here,
      env: { PATH: process.env.PATH, HOME: here, ...(engine === undefined ? {} : { DOCKER_HOST: engine }) },
      extendEnv: false,
      reject: false,
    })
    started.stderr.once('data', () => started.kill('SIGINT'))
    const ended = await started
    expect(ended.stderr).toContain('Stopping: removing containers of this run; finished grades are kept.')
    expect(ended.exitCode).toBe(130)
    const onDisk = JSON.parse(await readFile(join(here, 'interrupted', 'grades.json'), 'utf8'))
    expect(onDisk).toEqual(JSON.parse(ended.stdout))
    expect(onDisk).toMatchObject({ run: { interrupted: true }, grades: [] })
  })
})

describe('bin/cgrade.js', () => {
  test('starts the program and hands its exit code on', async () => {
    const bin = fileURLToPath(new URL('../bin/cgrade.js', import.meta.url))
    const ended = await execa(process.execPath, [bin, 'bacth'], { cwd: here, reject: false })
    expect(ended.stderr).toContain('Did you mean `batch`?')
    expect(ended.exitCode).toBe(2)
  })
})
