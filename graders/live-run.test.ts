import { execFileSync, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openTestScreen } from './commands/test-screen.ts'
import { type Inbox, makeInbox, quickDockerfile, startCgrade } from './test-runs.ts'
import { skipBecause } from './test-skip.ts'

/** What a TA sees of a run on a real terminal and in a log, through the command line. */

const cli = fileURLToPath(new URL('cli.ts', import.meta.url))
const boardLine = /^\[[#.]+\] \d+\/\d+/
const reportsOf = (name: string) => `${inbox.reports}-${name}`
const words = (name: string) => [
  'batch',
  inbox.folder,
  '--out',
  reportsOf(name),
  '--jobs',
  '2',
  '--exercises',
  'httpserver',
]

let inbox: Inbox
beforeAll(async () => {
  inbox = await makeInbox()
  for (const id of ['王小明-作业三', 'li-wei']) await inbox.add(id, { Dockerfile: quickDockerfile }, { server: true })
  for (const id of ['no-dockerfile', '没有', 'neither']) await inbox.add(id, { 'README.md': 'Later.' })
  await inbox.add('empty', {})
})
afterAll(() => inbox[Symbol.asyncDispose]())

/** On a pseudo-terminal of this size; `each` is called after everything that was written to it. */
async function runOnTerminal(command: string[], columns: number, each: (visible: string[]) => void): Promise<string[]> {
  const screen = openTestScreen(columns, 24, true)
  const quoted = [process.execPath, cli, ...command].map((word) => `'${word}'`).join(' ')
  const started = spawn('script', ['-qfec', `stty cols ${columns} rows 24; exec ${quoted}`, '/dev/null'], {
    env: { ...process.env, CI: '', TERM: 'xterm-256color', NO_COLOR: '' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const decoder = new TextDecoder()
  for await (const chunk of started.stdout) {
    await screen.write(decoder.decode(chunk as Buffer, { stream: true }))
    each(screen.visible())
  }
  return screen.lines().join('\n').trimEnd().split('\n')
}

/** Of util-linux: what makes the pseudo-terminal. */
function hasScript(): boolean {
  try {
    return execFileSync('script', ['--version']).includes('util-linux')
  } catch {
    return false
  }
}

describe('on a terminal', () => {
  beforeEach((context) => {
    if (!hasScript()) skipBecause(context, 'there is no `script` of util-linux, which makes a terminal')
  })

  test.each([80, 140])('of %d columns there is one board at a time, and none at the end', async (columns) => {
    const boards = new Set<string>()
    const lines = await runOnTerminal(words(`terminal-${columns}`), columns, (visible) => {
      const shown = visible.filter((line) => boardLine.test(line))
      expect(shown.length, visible.join('\n')).toBeLessThanOrEqual(1)
      for (const line of shown) boards.add(line)
    })
    expect(boards.size).toBeGreaterThan(1)
    expect(lines.filter((line) => boardLine.test(line) || /^ {2}(intake|specs) +\d/.test(line))).toEqual([])
    const ended = lines.filter((line) => /^\[\d\/6\] /.test(line))
    expect(ended.map((line) => line.slice(0, 6))).toEqual([1, 2, 3, 4, 5, 6].map((done) => `[${done}/6] `))
    expect(ended.filter((line) => line.includes('王小明-作业三  graded'))).toHaveLength(1)
    expect(lines).toContain('Failed alike')
  })

  test('a student who checks sees no board', async () => {
    const command = ['check', `${inbox.folder}/li-wei`, '--exercises', 'httpserver']
    const lines = await runOnTerminal(command, 80, (visible) => {
      expect(visible.filter((line) => boardLine.test(line) || /^ {2}(intake|build) +\d/.test(line))).toEqual([])
    })
    expect(lines.filter((line) => line.startsWith('✓ httpserver.'))).not.toEqual([])
  })
})

describe('in a log', () => {
  test('there is a line for each submission, then what many share and how to go on', async () => {
    const ended = await startCgrade(words('log'), { CI: 'true' })
    expect(ended.exitCode, ended.stderr).toBe(0)
    expect(ended.stderr).not.toContain('\u001b')
    expect(ended.stderr.split('\n').filter((line) => /^\[\d\/6\] /.test(line))).toHaveLength(6)
    const after = ended.stdout.slice(ended.stdout.indexOf('Failed alike'))
    expect(after).toMatch(/^ {2}3 students: `httpserver\.builds`: /m)
    expect(after).toMatch(/^ {2}boot {3}p50 .*, max .*: (li-wei|王小明-作业三) \(httpserver\)$/m)
    expect(after).toMatch(/^Next$/m)
    expect(after).toContain(`cgrade report ${reportsOf('log')} --format canvas`)
    expect(after).not.toContain('--only ungraded')
  })

  test('--quiet writes nothing on standard error', async () => {
    const ended = await startCgrade([...words('quiet'), '--quiet'])
    expect(ended.stderr).toBe('')
  })
})
