import { afterEach, describe, expect, test, vi } from 'vitest'
import {
  sampleCheck,
  sampleGraded,
  samplePartial,
  sampleRejected,
  sampleUngraded,
  sampleUnreachable,
} from '../reporters/sample-grades.ts'
import { widthOf } from '../reporters/text-layout.ts'
import { startProgress } from './progress-lines.ts'
import { recordIo } from './recorded-io.ts'
import { openTestScreen } from './test-screen.ts'

const batch = { total: 5, quiet: false, each: 'submissions' } as const

afterEach(() => {
  vi.useRealTimers()
})

describe('without a terminal', () => {
  test('each submission is one plain line', () => {
    const io = recordIo()
    const progress = startProgress(io, batch)
    progress.message('Preparing base image golang:1.24 ...')
    progress.stage('li-wei', 'build')
    progress.check('li-wei', sampleCheck('httpserver.builds'))
    progress.graded(sampleGraded('li-wei'), 1, 5)
    progress.graded(samplePartial('王芳'), 2, 5)
    progress.graded(sampleUnreachable('c'), 3, 5)
    progress.graded(sampleRejected('d'), 4, 5)
    progress.graded(sampleUngraded('e'), 5, 5)
    progress.end()
    expect(io.stderr()).toBe(
      [
        'Preparing base image golang:1.24 ...',
        '[1/5] li-wei  graded 58/58',
        '[2/5] 王芳  graded 41/55 (1 failed, 1 partial)',
        '[3/5] c  graded 10/58 (1 failed, 6 checks skipped)',
        '[4/5] d  rejected: `Dockerfile` is a link to `/dev/zero`, out of the submission.',
        '[5/5] e  ungraded: The engine stopped answering while the image was built.',
        '',
      ].join('\n'),
    )
    expect(io.stdout()).toBe('')
  })

  test('a student sees each check that counts, and never a hidden one', () => {
    const io = recordIo()
    const progress = startProgress(io, { total: 1, quiet: false, each: 'checks' })
    progress.check('me', sampleCheck('httpserver.builds', { durationMs: 2_345 }))
    progress.check('me', sampleCheck('httpserver.version', { visibility: 'hidden' }))
    progress.check('me', sampleCheck('network.container-ip', { outcome: 'skipped', unavailable: 'not here' }))
    progress.graded(sampleGraded('me'), 1, 1)
    progress.end()
    expect(io.stderr()).toBe('✓ httpserver.builds  10/10  builds from the Dockerfile that was handed in  2.3 s\n')
  })

  test('the name of a submission cannot write to the terminal', () => {
    const io = recordIo()
    const progress = startProgress(io, batch)
    progress.graded(sampleGraded('a\u001b[2J\u202eb\nc'), 1, 1)
    progress.message('\u001b]0;title\u0007')
    expect(io.stderr().split('\n')).toHaveLength(3)
    expect(io.stderr()).not.toContain('\u001b')
    expect(io.stderr()).not.toContain('\u202e')
  })

  test('--quiet is quiet', () => {
    const io = recordIo({ tty: true })
    const progress = startProgress(io, { ...batch, quiet: true })
    progress.message('anything')
    progress.stage('a', 'build')
    progress.graded(sampleGraded('a'), 1, 1)
    progress.end()
    expect(io.stderr()).toBe('')
  })

  test('nothing is written after the end', () => {
    const io = recordIo()
    const progress = startProgress(io, batch)
    progress.end()
    progress.message('too late')
    expect(io.stderr()).toBe('')
  })
})

describe('without a terminal, where nothing is said for long', () => {
  test('a line tells how far the run is, every 30 seconds', () => {
    vi.useFakeTimers()
    const io = recordIo()
    const progress = startProgress(io, batch)
    progress.stage('li-wei', 'build', 'Dockerfile')
    vi.advanceTimersByTime(29_000)
    expect(io.stderr()).toBe('')
    vi.advanceTimersByTime(1_000)
    expect(io.stderr()).toBe('0/5 done; build 1 (longest 30 s: li-wei Dockerfile)\n')
    progress.graded(sampleRejected('d'), 1, 5)
    vi.advanceTimersByTime(29_000)
    expect(io.stderr().split('\n')).toHaveLength(3)
    vi.advanceTimersByTime(31_000)
    expect(io.stderr().split('\n')).toHaveLength(5)
    progress.end()
    const atEnd = io.stderr()
    vi.advanceTimersByTime(90_000)
    expect(io.stderr()).toBe(atEnd)
  })

  test('a student is told of checks alone', () => {
    vi.useFakeTimers()
    const io = recordIo()
    const progress = startProgress(io, { total: 1, quiet: false, each: 'checks' })
    progress.stage('me', 'build')
    vi.advanceTimersByTime(120_000)
    progress.end()
    expect(io.stderr()).toBe('')
  })
})

describe('on a terminal', () => {
  async function screenOf(written: string, columns = 80): Promise<string[]> {
    const screen = openTestScreen(columns, 24)
    await screen.write(written)
    return screen.lines().join('\n').trimEnd().split('\n')
  }

  test('a board stands below the lines of those that have ended', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] })
    const io = recordIo({ tty: true, columns: 100 })
    const progress = startProgress(io, batch)
    progress.stage('li-wei', 'build', 'golang:1.24')
    progress.stage('王芳', 'boot')
    vi.advanceTimersByTime(12_500)
    const board = [
      '[................................] 0/5',
      '0 graded',
      '  intake    0',
      '  build     1  longest 12 s: li-wei golang:1.24',
      '  boot      1  longest 12 s: 王芳',
      '  specs     0',
    ]
    expect(await screenOf(io.stderr(), 100)).toEqual(board)
    progress.graded(sampleGraded('li-wei'), 1, 5)
    vi.advanceTimersByTime(250)
    const after = ['[######..........................] 1/5', '1 graded', ...board.slice(2)]
    after[3] = '  build     0'
    expect(await screenOf(io.stderr(), 100)).toEqual(['[1/5] li-wei  graded 58/58', ...after])
    progress.end()
    expect(await screenOf(io.stderr(), 100)).toEqual(['[1/5] li-wei  graded 58/58'])
    const atEnd = io.stderr()
    vi.advanceTimersByTime(5_000)
    expect(io.stderr()).toBe(atEnd)
  })

  test('it is drawn four times a second at most, however much happens', () => {
    vi.useFakeTimers()
    const io = recordIo({ tty: true })
    let frames = 0
    const countFrames = () => {
      frames += 1
    }
    const progress = startProgress({ ...io, live: countFrames }, { ...batch, total: 1_000 })
    for (let step = 0; step < 1_000; step += 1) {
      progress.stage(`s${step % 64}`, 'build')
      vi.advanceTimersByTime(10)
    }
    progress.end()
    expect(frames).toBeGreaterThan(20)
    expect(frames).toBeLessThanOrEqual(10 * 4 + 1)
  })

  test('a student sees one status line and no board', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] })
    const io = recordIo({ tty: true })
    const progress = startProgress(io, { total: 1, quiet: false, each: 'checks' })
    progress.stage('me', 'build', 'Dockerfile')
    vi.advanceTimersByTime(12_000)
    progress.check('me', sampleCheck('httpserver.version', { visibility: 'hidden' }))
    expect(await screenOf(io.stderr())).toEqual(['me: build Dockerfile 12 s'])
    progress.end()
    expect(await screenOf(io.stderr())).toEqual([''])
  })

  test('the status line never wraps, whatever is under way', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] })
    const io = recordIo({ tty: true, columns: 30 })
    const progress = startProgress(io, { total: 1, quiet: false, each: 'checks' })
    progress.stage('王小明王小明王小明王小明', 'build', 'a/long/path/to/Dockerfile')
    vi.advanceTimersByTime(250)
    const [status = '', ...others] = await screenOf(io.stderr(), 30)
    expect(others).toEqual([])
    expect(widthOf(status)).toBeLessThan(30)
    expect(status).toMatch(/…$/)
    progress.end()
  })
})
