import { describe, expect, test } from 'vitest'
import { UsageError } from '../model/grader-error.ts'
import { parseCommandLine } from './command-line.ts'

function parse(line: string) {
  const argv = line.split(' ').filter((word) => word !== '')
  return parseCommandLine(argv, { name: 'cgrade', version: '1.2.3', columns: 100 })
}

/** The sentence with which a command line is refused. */
function refusalOf(line: string): string {
  try {
    parse(line)
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(UsageError)
    return (thrown as UsageError).message
  }
  throw new Error(`\`cgrade ${line}\` was accepted`)
}

describe('what the words ask for', () => {
  test('options may stand before or after the folder', () => {
    const wanted = { command: 'batch', options: { folder: 'inbox', jobs: 3, seed: 'abc', json: true, standIns: false } }
    expect(parse('batch inbox --jobs 3 --seed abc --json --no-stand-ins')).toMatchObject(wanted)
    expect(parse('batch --no-stand-ins --json -j3 --seed=abc inbox')).toMatchObject(wanted)
  })

  test('a folder alone is a batch of it', () => {
    expect(parse('. --quiet')).toMatchObject({ command: 'batch', options: { folder: '.', quiet: true } })
    expect(parse('no/such/folder')).toMatchObject({ command: 'batch', options: { folder: 'no/such/folder' } })
    expect(parse('graders')).toMatchObject({ command: 'batch', options: { folder: 'graders' } })
  })

  test('everything that was not said has its default', () => {
    const common = { assignment: undefined, out: undefined, mirror: undefined, seed: undefined }
    const flags = { standIns: true, json: false, quiet: false, kernel: 'host' }
    expect(parse('check')).toEqual({ command: 'check', options: { ...common, ...flags, path: '.' } })
    const { options } = parse('batch inbox') as { options: { jobs: number } }
    expect(options).toEqual({
      ...common,
      ...flags,
      folder: 'inbox',
      jobs: options.jobs,
      requirePass: false,
      queueWaitSeconds: 600,
      named: ['folder'],
    })
    expect(options.jobs).toBeGreaterThanOrEqual(1)
    expect(options.jobs).toBeLessThanOrEqual(8)
    expect(parse('report latest')).toEqual({ command: 'report', options: { run: 'latest', formats: [], json: false } })
    expect(parse('images')).toEqual({
      command: 'images',
      options: { names: [], warm: true, standIns: true, list: false, json: false, machine: false },
    })
    expect(parse('doctor')).toEqual({ command: 'doctor', options: { json: false } })
  })

  test('--resume takes the place of the folder, and knows what was named', () => {
    expect(parse('batch --resume')).toMatchObject({ options: { resume: true, named: ['resume'] } })
    expect(parse('batch --resume reports/module3 --jobs 2 --kernel v1')).toMatchObject({
      options: { resume: 'reports/module3', jobs: 2, named: ['jobs', 'resume', 'kernel'] },
    })
    expect(parse('batch inbox --resume')).toMatchObject({ options: { folder: 'inbox', named: ['folder', 'resume'] } })
    expect(refusalOf('batch')).toContain('expects a folder with submissions in it, got nothing')
  })

  test('--format may be repeated', () => {
    const wanted = { options: { formats: ['junit,csv', 'table'] } }
    expect(parse('report latest --format junit,csv -f table')).toMatchObject(wanted)
  })

  test('help of a command is the same by either spelling', () => {
    expect(parse('help batch')).toEqual(parse('batch --help'))
    expect(parse('help')).toEqual(parse('--help'))
    expect(parse('batch no/such/folder --help')).toEqual(parse('batch --help'))
  })

  test('--version prints the version alone', () => {
    expect(parse('--version')).toEqual({ command: 'print', text: '1.2.3\n' })
  })
})

describe('what is refused, and the sentence', () => {
  test.each<[string, string, ...string[]]>([
    ['--jbos 3', 'expected one of `--jobs`', 'Did you mean `--jobs`?'],
    ['batch inbox --jbos=3', '`cgrade batch` has no option `--jbos`', 'Did you mean `--jobs`?'],
    ['batch inbox --require-pas', 'Did you mean `--require-pass`?'],
    ['batch inbox -json', 'Did you mean `--json`?'],
    ['check . --jsno', '`cgrade check` has no option `--jsno`', 'Did you mean `--json`?'],
    [
      'check . -j 3',
      '`-j` is an option of `cgrade batch`, `cgrade regrade` and `cgrade worker`; `cgrade check` does not take it.',
    ],
    [
      'doctor --mirror x',
      '`--mirror` is an option of `cgrade check`, `cgrade batch`, `cgrade worker` and `cgrade images`',
    ],
    ['bacth inbox', 'There is no command `bacth`', 'Did you mean `batch`?'],
    ['help chekc', 'There is no command `chekc`', 'Did you mean `check`?'],
    ['batch inbox --jobs 0', '`--jobs` expects a whole number from 1 to 64, got `0`.'],
    ['batch inbox --jobs 65', '`--jobs` expects a whole number from 1 to 64, got `65`.'],
    ['batch inbox --jobs 1.5', '`--jobs` expects a whole number from 1 to 64, got `1.5`.'],
    ['batch inbox --jobs -1', '`--jobs` expects a whole number from 1 to 64, got `-1`.'],
    ['batch inbox --jobs 1e1', '`--jobs` expects a whole number from 1 to 64, got `1e1`.'],
    ['batch inbox --jobs', '`--jobs` expects a value, as in `--jobs <n>`.'],
    ['batch inbox --out --json', '`--out` expects a folder, got the option `--json`.'],
    ['batch inbox --out=', '`--out` expects a folder, got nothing.'],
    ['batch inbox --mirror http://mirror/', '`--mirror` expects the host name of a registry', 'got `http://mirror/`'],
    ['batch inbox outbox', '`cgrade batch` expects a folder with submissions in it, got 2: `inbox`, `outbox`.'],
    ['doctor now', '`cgrade doctor` expects no arguments, got 1: `now`.'],
    ['--json check .', 'The command comes first: `cgrade check ...`.'],
    ['report', '`cgrade report` expects a run: its folder or its grades.json, got nothing.'],
  ])('cgrade %s', (line, ...expected) => {
    const sentence = refusalOf(line)
    for (const part of expected) expect(sentence).toContain(part)
    expect(sentence).not.toContain('error:')
  })

  test('a mirror may have a port and a path', () => {
    const mirrors = ['docker.m.daocloud.io', 'localhost:5000', 'mirror.example/hub/']
    const read = mirrors.map((mirror) => parse(`batch inbox --mirror ${mirror}`))
    expect(read.map((wish) => (wish as { options: { mirror: string } }).options.mirror)).toEqual([
      'docker.m.daocloud.io',
      'localhost:5000',
      'mirror.example/hub',
    ])
  })
})
