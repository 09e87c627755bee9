import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Grade } from '../model/grade.ts'
import { groupFailures, likeness } from './failure-groups.ts'
import { sampleGraded, sampleRejected, sampleUngraded, sampleUnreachable } from './sample-grades.ts'

const failing = (id: string, message: string, outcome: 'failed' | 'partial' = 'failed'): Grade =>
  sampleGraded(id, { 'httpserver.version': { outcome, reason: 'version.none', message } })

describe('what is one failure', () => {
  test.each([
    ['numbers', 'Of 5 requests, 2 came back.', 'Of 17 requests, 11 came back.'],
    ['one and several', 'There is 1 header missing.', 'There is 3 headers missing.'],
    ['paths', 'The program writes to /var/log/a.log only.', 'The program writes to /tmp/server/my.log only.'],
    ['what is quoted', '`COPY bin/hs /` needs `bin/hs`.', '`COPY ./out/server /app` needs `out/server`.'],
    ['how many are listed', 'It writes to files: /a/x.log.', 'It writes to files: /a/x.log, /b/y.log and /c/z.log.'],
    ['file names', 'main.go cannot be compiled.', 'src.server.go cannot be compiled.'],
    ['ids of containers', 'Container 4f1d9a0b22 is gone.', 'Container 99aa01bc is gone.'],
  ])('%s do not split a group', (_what, one, other) => {
    expect(groupFailures([failing('a', one), failing('b', other)])).toMatchObject([{ submissionIds: ['a', 'b'] }])
  })

  test('the name of the student does not split a group, and a name that is a word does not make one', () => {
    const told = (id: string) => failing(id, `The image of ${id} does not start.`)
    expect(groupFailures([told('李 明'), told('wang-fang')])).toHaveLength(1)
    const same = 'The server does not start.'
    expect(groupFailures([failing('server', same), failing('e', same), failing('li', same)])).toHaveLength(1)
  })

  test('another check, reason, outcome or sentence is another group', () => {
    const groups = groupFailures([
      failing('a', 'It is constant.'),
      failing('b', 'It is not there.'),
      failing('c', 'It is constant.', 'partial'),
      sampleGraded('d', {
        'httpserver.version': { outcome: 'failed', reason: 'version.constant', message: 'It is constant.' },
      }),
      sampleGraded('e', {
        'httpserver.healthz': { outcome: 'failed', reason: 'version.none', message: 'It is constant.' },
      }),
    ])
    expect(groups.map(({ submissionIds }) => submissionIds.length)).toEqual([1, 1, 1, 1, 1])
  })
})

test('what was skipped, not judged, ungraded or passed is no failure, and a rejection is one', () => {
  const grades = [
    sampleUnreachable('a'),
    sampleUnreachable('b'),
    sampleUngraded('c'),
    sampleGraded('d'),
    sampleRejected('e'),
  ]
  expect(groupFailures(grades)).toEqual([
    {
      id: 'httpserver.serves',
      title: 'starts and answers HTTP from outside',
      outcome: 'failed',
      reason: 'boot.loopback-only',
      visibility: 'public',
      message: 'The program listens on 127.0.0.1:8080, which nobody outside the container can reach.',
      submissionIds: ['a', 'b'],
    },
    {
      id: 'intake',
      title: 'can be taken in',
      outcome: 'rejected',
      reason: 'intake.link-outside',
      visibility: 'public',
      message: '`Dockerfile` is a link to `/dev/zero`, out of the submission.',
      submissionIds: ['e'],
    },
  ])
})

test('a hidden check stays marked as one', () => {
  const hidden = { outcome: 'failed', visibility: 'hidden', message: 'No.' } as const
  expect(groupFailures([sampleGraded('a', { 'httpserver.healthz': hidden })])).toMatchObject([{ visibility: 'hidden' }])
})

test('every failure is in one group, whatever was written, and the order of submissions decides nothing else', () => {
  const message = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc
      .array(fc.constantFrom('a', 'b', '`x`', '1', '/p', 'and', ',', '`', '"', '.', 's'), { maxLength: 8 })
      .map((words) => words.join(' ')),
  )
  fc.assert(
    fc.property(fc.array(message, { maxLength: 12 }), (messages) => {
      const grades = messages.map((text, index) => failing(`student-${index}`, text))
      const groups = groupFailures(grades)
      expect(groups.flatMap(({ submissionIds }) => submissionIds).sort()).toEqual(
        grades.map(({ submission }) => submission.id).sort(),
      )
      const counts = groups.map(({ submissionIds }) => submissionIds.length)
      expect(counts).toEqual([...counts].sort((a, b) => b - a))
      const sets = (of: typeof groups) => of.map(({ message, submissionIds }) => [message, [...submissionIds].sort()])
      expect(sets(groupFailures([...grades].reverse()))).toEqual(sets(groups))
    }),
  )
})

test('a message of a megabyte is compared as quickly as a short one', () => {
  const digits = fc.sample(fc.constantFrom('x', '1', '`', '"', '.'), 64).join('')
  expect(likeness(digits.repeat(16_000), 'li-wei').length).toBeLessThan(5_000)
})
