import { describe, expect, test } from 'vitest'
import { renderCheckRun } from './github-check-run.ts'
import { renderComment } from './github-comment.ts'
import { hostileGrade, hostileTexts } from './hostile-text.ts'
import { sampleFile, sampleGraded, samplePartial, sampleRejected, sampleRun, sampleUngraded } from './sample-grades.ts'
import { mentionsIn, tagsIn, wordsIn } from './test-markdown.ts'

describe('a check run', () => {
  test.each([
    [[samplePartial('alice')], /^Score 41 of 55 points/],
    [[sampleRejected('dave')], /^Refused/],
    [[sampleUngraded('erin')], /^No score/],
    [[], /nothing to grade/],
    [sampleRun().grades, /^6 submissions: 4 graded/],
  ])('has a title that says how it went', (grades, title) => {
    expect(renderCheckRun(sampleFile(grades)).title).toMatch(title)
  })

  test('has annotations on files of the submission', () => {
    expect(renderCheckRun(sampleFile([samplePartial('alice')])).annotations).toEqual([
      {
        path: 'submissions/examples/alice/httpserver/main.go',
        start_line: 41,
        end_line: 41,
        annotation_level: 'warning',
        title: expect.stringContaining('(6/12 points)'),
        message: expect.stringContaining('What to do: '),
      },
    ])
    const folderOf = () => 'submissions/a'
    expect(renderCheckRun(sampleFile([samplePartial('x')]), { folderOf }).annotations[0]?.path).toBe(
      'submissions/a/httpserver/main.go',
    )
  })

  test('H27: has at most fifty annotations, and titles that GitHub takes', () => {
    const file = sampleFile(Array.from({ length: 40 }, () => hostileGrade('y'.repeat(50_000))))
    const { title, annotations } = renderCheckRun(file, { folderOf: () => 'x' })
    expect(annotations.length).toBeLessThanOrEqual(50)
    expect(annotations.length).toBeGreaterThan(10)
    for (const text of [title, ...annotations.map((one) => one.title)]) expect(text.length).toBeLessThanOrEqual(255)
    for (const { message } of annotations) expect(message.length).toBeLessThan(4096)
  })

  test('that cannot be believed shows the reason, and nothing of what was reported', () => {
    const file = sampleFile([sampleGraded('forged'), ...hostileTexts.map(hostileGrade)])
    const untrusted = 'This pull request changes `.github/workflows/grade.yml` @all <b>.'
    const { title, summary, text, annotations } = renderCheckRun(file, { untrusted })
    expect([title, wordsIn(summary)].join()).toMatch(/No score.*changes \.github\/workflows\/grade\.yml/s)
    expect({ text, annotations }).toEqual({ text: '', annotations: [] })
    for (const words of [title, wordsIn(summary), wordsIn(renderComment(file, { untrusted }))]) {
      expect(words).not.toMatch(/forged|58/)
    }
    expect(mentionsIn(summary)).toEqual([])
    expect(tagsIn(summary)).not.toContain('b')
  })
})

describe('a comment', () => {
  const only = sampleFile([samplePartial('alice')])

  test('begins with the line by which it is found again', () => {
    for (const file of [only, sampleFile([]), sampleRun()]) expect(renderComment(file)).toMatch(/^<!-- cgrade -->\n/)
    expect(renderComment(only, { untrusted: 'x' })).toMatch(/^<!-- cgrade -->\n/)
  })

  test('has the score, each lost point with its hint, and leads to the check', () => {
    const comment = renderComment(only, { checkUrl: 'https://github.com/o/r/runs/1?a=1&b="' })
    expect(wordsIn(comment)).toMatch(
      /alice: Score 41 of 55 points.*\(6\/12\).*What to do: Write each header.*is feedback/s,
    )
    expect(tagsIn(comment)).toContain('a href=https://github.com/o/r/runs/1?a=1&b=%22')
  })

  test.each(['javascript:alert(1)', 'data:text/html,x', 'no address', '//x'])('leads nowhere with %s', (checkUrl) => {
    expect(tagsIn(renderComment(only, { checkUrl })).filter((tag) => tag.startsWith('a'))).toEqual([])
  })
})
