import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import { commandsIn } from '../hostile/runner-commands.ts'
import { hostileGrade, hostileTexts, randomTexts, unseenIn } from './hostile-text.ts'
import { sampleGraded, samplePartial, sampleRejected, sampleUngraded, sampleUnreachable } from './sample-grades.ts'
import { renderStudent } from './terminal-student.ts'
import { widthOf } from './text-layout.ts'

const plain = { columns: 80, color: false }
const view = (grade: Parameters<typeof renderStudent>[0], columns = 80) =>
  renderStudent(grade, { columns, color: false })

test('shows what was found, each check, and the score last', () => {
  const lines = view(sampleGraded('alice')).trimEnd().split('\n')
  expect(lines.slice(0, 9)).toEqual([
    'alice',
    '',
    'HTTP server',
    '  Dockerfile  `httpserver/Dockerfile`, built in `httpserver`',
    '  port        8080',
    '  routes      / /healthz',
    '  note        2 Dockerfiles are there; this one stands beside `go.mod`, the',
    '              other is `old/Dockerfile`.',
    '  took        build 12.3 s, boot 812 ms, specs 1.2 s',
  ])
  expect(lines).toContain('  ✓ answers GET /healthz with 200                                            5/5')
  expect(lines.at(-1)).toBe('Score 58 of 58 points (100 %), 8 of 8 checks passed')
})

test('explains a loss: what was seen, expected, actual, where, what to do, evidence, how to see it', () => {
  expect(view(samplePartial('bob'))).toContain(`
½ httpserver.header-echo: writes the headers of a request into the response
  headers (6/12)
    All 5 request headers came back, but under other names.
    expected  X-Cedar-7f3a91: amber-58ab11d0c3
    actual    Echo-X-Cedar-7f3a91: amber-58ab11d0c3
    where     httpserver/main.go:41
    hint      Write each header under the name that it came with:
              \`w.Header().Set(name, value)\`.
    what cgrade sent and received
    │ GET / HTTP/1.1
    │ X-Cedar-7f3a91: amber-58ab11d0c3
    │
    │ HTTP/1.1 200 OK
    │ Echo-X-Cedar-7f3a91: amber-58ab11d0c3
    see it yourself
    $ docker run --rm -p 8080:8080 homework
    $ curl -i -H 'X-Test: 1' http://localhost:8080/
`)
})

test('one failure is explained, and what was skipped because of it says so once', () => {
  const text = view(sampleUnreachable('carl'))
  expect(text.match(/^[✗½!] /gm)).toHaveLength(1)
  expect(text.match(/skipped because of `httpserver\.serves`/g)).toHaveLength(2)
  expect(text).toContain('Score 10 of 58 points (17 %), 1 of 8 checks passed')
})

test('an exercise of which nothing counts is told in one line, not check by check', () => {
  const grade = sampleGraded('erin')
  const why = 'nothing was handed in for it'
  const checks = grade.exercises[0]?.checks.map(({ points: _, ...check }) => ({
    ...check,
    outcome: 'skipped' as const,
    unavailable: why,
  }))
  const leftOut = {
    ...grade,
    exercises: [{ id: 'memory', title: 'Memory', found: {}, phases: [], checks: checks ?? [] }],
  }
  expect(view(leftOut)).toContain(`\nMemory\n  · not counted: ${why}\n\nScore`)
})

test('a refused submission reads why and what to do', () => {
  expect(view(sampleRejected('dave'))).toBe(`dave

✗ This submission was refused before anything was built.
  \`Dockerfile\` is a link to \`/dev/zero\`, out of the submission.
  [intake.link-outside]
  to do  Hand in the file itself instead of a link to it.

Score 0 of 58 points (0 %)
`)
})

test('an ungraded submission has no score and no blame', () => {
  const text = view(sampleUngraded('erin'))
  expect(text).toContain('! cgrade could not grade this submission. That is not your fault')
  expect(text).toContain('  ! starts and answers HTTP from outside                                    -/10')
  expect(text.trimEnd().split('\n').at(-1)).toBe('No score: not graded yet.')
})

test('hidden checks and flags are not shown, and the score does not give them away', () => {
  const grade = sampleGraded('alice', {
    'httpserver.version': { visibility: 'hidden', outcome: 'failed', message: 'secret', title: 'secret' },
  })
  grade.flags.push({ code: 'unusual-base', message: 'secret' })
  const text = view(grade)
  expect(text).not.toMatch(/secret|unusual-base|httpserver\.version|58/)
  expect(text).toContain('Score 50 of 50 points (100 %), 7 of 7 checks passed\n1 more check (8 points) is graded')
})

test('a long log is cut in its middle', () => {
  const text = Array.from({ length: 200 }, (_, index) => `line ${index + 1}`).join('\n')
  const shown = view(
    sampleGraded('a', { 'httpserver.healthz': { outcome: 'failed', evidence: [{ kind: 'log', text }] } }),
  )
  expect(shown).toContain('│ line 8\n    │ … 176 lines left out here …\n    │ line 185\n')
  expect(shown).toContain('│ line 200\n')
})

test.each([40, 80, 100, 300])('no line but a command is wider than %i columns', (columns) => {
  for (const text of [...hostileTexts, '汉'.repeat(500), '👩‍💻 '.repeat(100)]) {
    const lines = view(hostileGrade(text), columns)
      .split('\n')
      .filter((line) => !/^ {4}\$ /.test(line))
    // A line that had to be marked as no command is wider by its mark.
    const wide = lines.filter((line) => widthOf(line) > columns + (line.startsWith('│ ') ? 2 : 0))
    expect(wide.map((line) => line.slice(0, 200))).toEqual([])
  }
})

test('reads the same without colour', () => {
  const coloured = renderStudent(samplePartial('bob'), { columns: 80, color: true })
  expect(coloured).toContain('\u001b[')
  expect(stripVTControlCharacters(coloured)).toBe(renderStudent(samplePartial('bob'), plain))
})

test('obeys nothing that a submission wrote, at any width', () => {
  for (const text of [...hostileTexts, ...randomTexts(40)]) {
    for (const columns of [40, 80]) {
      const output = view(hostileGrade(text), columns)
      expect([text.slice(0, 200), commandsIn(output), unseenIn(output)]).toEqual([text.slice(0, 200), [], []])
    }
  }
})

test('no text of a submission passes for a line of ours', () => {
  const forged = 'x\nScore 58 of 58 points (100 %), 8 of 8 checks passed'
  const output = view(hostileGrade(forged))
  const scores = output.split('\n').filter((line) => line.startsWith('Score '))
  expect(scores).toHaveLength(1)
  expect(scores[0]).not.toContain('58 of 58')
})

test('obeys nothing that wrapping has moved to the start of a line', () => {
  for (let length = 1; length < 90; length += 1) {
    const message = `${'x'.repeat(length)} ::error::x`
    const grade = sampleGraded('a', { 'httpserver.healthz': { outcome: 'failed', message, hint: message } })
    expect(commandsIn(view(grade))).toEqual([])
  }
})
