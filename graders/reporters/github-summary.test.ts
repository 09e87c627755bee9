import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anyText, gradesWith } from '../hostile/printed-texts.ts'
import { commandsIn } from '../hostile/runner-commands.ts'
import type { GradesFile } from '../model/grade.ts'
import { renderCheckRun } from './github-check-run.ts'
import { renderComment } from './github-comment.ts'
import { renderSummary } from './github-summary.ts'
import { hostileGrade, hostileTexts, unseenIn } from './hostile-text.ts'
import { sampleFile, sampleGraded, samplePartial, sampleRejected, sampleRun, sampleUngraded } from './sample-grades.ts'
import { mentionsIn, tagsIn, wordsIn } from './test-markdown.ts'

const texts: Record<string, (file: GradesFile) => string> = {
  summary: renderSummary,
  comment: renderComment,
  'summary of a check': (file) => renderCheckRun(file).summary,
  'text of a check': (file) => renderCheckRun(file).text,
}
const limitsBytes: Record<string, number> = {
  summary: 200 * 1024,
  comment: 60_000,
  'summary of a check': 65_535,
  'text of a check': 65_535,
}
const hostileMarkup = [
  ...['![x](https://example.com/x.png)', '<img src=x onerror=alert(1)>', '</pre></details><script>x</script>'],
  ...['@org/team see #12, GH-12', '[x](https://example.com)', '<!-- cgrade -->', '| 100 | 100 |', '```\n# 100/100'],
  ...['`</code><b>`', '`a` `b', '</summary>', 'https://example.com www.example.com a@example.com'],
]

describe('a summary', () => {
  test('of one submission has its score, its checks, and what to do about each lost point', () => {
    const words = wordsIn(renderSummary(sampleFile([samplePartial('alice')])))
    expect(words).toMatch(/🟠|❌/)
    expect(words).toContain('Score 41')
    for (const part of ['What to do: ', 'See it yourself', 'Echo-X-Cedar-7f3a91', 'httpserver/main.go:41', '6/12'])
      expect(words).toContain(part)
  })

  test('of several begins with a row for each, those that were not graded first', () => {
    const words = wordsIn(renderSummary(sampleRun()))
    const order = ['erin', 'alice', 'bob-with', 'dave'].map((id) => words.indexOf(id))
    expect(order).toEqual([...order].sort((a, b) => a - b))
    expect(words).toContain('not your fault')
    expect(words).toContain('Hand in the file itself')
  })

  test('of nothing says so', () => {
    for (const render of Object.values(texts).slice(0, 3))
      expect(wordsIn(render(sampleFile([])))).toContain('nothing to grade')
  })

  test('tells an exercise of which nothing counts in a line', () => {
    const left = { outcome: 'skipped', unavailable: 'no engine here', message: 'x' } as const
    const words = wordsIn(renderSummary(sampleFile([sampleGraded('alice', { 'network.container-ip': left })])))
    expect(words).toContain('➖ Network namespace: not counted: no engine here')
  })
})

describe.each(Object.entries(texts))('the %s', (name, render) => {
  const shapesOf = (text: string) => tagsIn(render(sampleFile(gradesWith(text))).replace(/<\/?code>/g, ''))

  test('H16: has only markup of ours, whatever a submission writes', () => {
    const tame = shapesOf('tame').filter((tag) => tag !== 'br')
    const check = (text: string) => {
      const rendered = render(sampleFile(gradesWith(`x${text}`)))
      // A text of several lines is quoted, not told in a line: that is all the difference there may be.
      const foreign = shapesOf(`x${text}`).filter((tag) => !tame.includes(tag) && !['pre', 'br'].includes(tag))
      expect([text, foreign]).toEqual([text, []])
      expect([text, mentionsIn(rendered)]).toEqual([text, []])
      expect(commandsIn(rendered)).toEqual([])
      expect(unseenIn(rendered.replaceAll('\t', ' '))).toEqual([])
      expect(rendered.split('<!-- cgrade -->')).toHaveLength(name === 'comment' ? 2 : 1)
    }
    for (const text of [...hostileMarkup, ...hostileTexts]) check(text)
    fc.assert(fc.property(anyText, check), { numRuns: 60 })
  })

  test('H16: never tells of a hidden check, of flags, and of their points', () => {
    const grade = hostileGrade('alice')
    const secret = { ...sampleGraded('x').exercises[0]?.checks[0], title: 'secret title', message: 'secret message' }
    for (const exercise of grade.exercises) {
      exercise.checks.push({ ...secret, id: 'a.secret', visibility: 'hidden', outcome: 'failed', points: 0 } as never)
    }
    grade.flags.push({ code: 'secret-flag', message: 'secret flag' })
    expect(wordsIn(render(sampleFile([grade])))).not.toMatch(/secret/)
    expect(wordsIn(render(sampleFile([grade, grade])))).not.toMatch(/secret/)
  })

  test('H27: stays within what GitHub takes, and everybody has a part of it', () => {
    const loud = Array.from({ length: 30 }, (_, index) => {
      const grade = hostileGrade(`${index} ${'<&"'.repeat(20_000)}`)
      grade.submission.id = `loud-${index}`
      return grade
    })
    const file = sampleFile([...loud, sampleGraded('quiet'), sampleRejected('refused'), sampleUngraded('ungraded')])
    const rendered = render(file)
    expect(Buffer.byteLength(rendered)).toBeLessThanOrEqual(limitsBytes[name] ?? 0)
    for (const id of ['loud-0', 'loud-29', 'quiet', 'refused', 'ungraded']) expect(wordsIn(rendered)).toContain(id)
    const opened = rendered.match(/<(?:details|pre)>/g)?.length
    expect(rendered.match(/<\/(?:details|pre)>/g)?.length).toBe(opened)
  })

  test('H27: holds thousands of submissions', () => {
    const many = sampleFile(Array.from({ length: 3000 }, (_, index) => samplePartial(`student-${index}`)))
    const rendered = render(many)
    expect(Buffer.byteLength(rendered)).toBeLessThanOrEqual(limitsBytes[name] ?? 0)
    expect(wordsIn(rendered)).toMatch(/more submissions/)
  })
})
