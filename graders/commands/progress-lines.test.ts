import { stripVTControlCharacters } from 'node:util'
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

describe('on a terminal', () => {
  /** What stands on the screen: the finished lines and the status line. */
  function screenOf(written: string): string[] {
    return written.split('\n').map((line) => stripVTControlCharacters(line.split('\u001b[2K').at(-1) ?? ''))
  }

  test('a status line tells what is under way and for how long', () => {
    vi.useFakeTimers()
    const io = recordIo({ tty: true, columns: 100 })
    const progress = startProgress(io, batch)
    progress.stage('li-wei', 'build', 'golang:1.24')
    progress.stage('王芳', 'boot')
    vi.advanceTimersByTime(12_500)
    expect(screenOf(io.stderr())).toEqual(['0/5 graded · li-wei: build golang:1.24 12 s · 王芳: boot 12 s'])
    progress.graded(sampleGraded('li-wei'), 1, 5)
    expect(screenOf(io.stderr())).toEqual(['[1/5] li-wei  graded 58/58', '1/5 graded · 王芳: boot 12 s'])
    progress.end()
    expect(screenOf(io.stderr())).toEqual(['[1/5] li-wei  graded 58/58', '', ''])
    const atEnd = io.stderr()
    vi.advanceTimersByTime(5_000)
    expect(io.stderr()).toBe(atEnd)
  })

  test('the status line never wraps, whatever is under way', () => {
    const io = recordIo({ tty: true, columns: 30 })
    const progress = startProgress(io, batch)
    for (const id of ['王小明王小明王小明王小明', 'a-rather-long-name', 'b']) progress.stage(id, 'build')
    const [status = ''] = screenOf(io.stderr())
    expect(widthOf(status)).toBeLessThan(30)
    expect(status).toMatch(/…$/)
    progress.end()
  })
})
