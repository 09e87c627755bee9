import { expect, test } from 'vitest'
import { renderOutputs } from './github-outputs.ts'
import { hostileGrade, hostileTexts } from './hostile-text.ts'
import { sampleFile, sampleGraded, sampleRejected, sampleRun, sampleUngraded } from './sample-grades.ts'

const ours =
  /^status=(?:graded\nscore=\d+(?:\.\d{1,2})?\nmax-score=\d+(?:\.\d{1,2})?|(?:nothing|ungraded)\nscore=\nmax-score=)\n$/

test('several submissions have their points added up', () => {
  const [one, two] = [sampleGraded('li-wei'), sampleGraded('王芳')].map((grade) => renderOutputs(sampleFile([grade])))
  expect(one).toMatch(ours)
  expect(two).toBe(one)
  const points = Number(/^score=(.*)$/m.exec(one ?? '')?.[1])
  const both = renderOutputs(sampleFile([sampleGraded('li-wei'), sampleGraded('王芳'), sampleRejected('wu')]))
  expect(both).toContain(`status=graded\nscore=${points * 2}\n`)
})

test('without a submission there is no score, nor with one that is ungraded', () => {
  expect(renderOutputs(sampleFile([]))).toBe('status=nothing\nscore=\nmax-score=\n')
  const file = sampleFile([sampleGraded('li-wei'), sampleUngraded('wu-gang')])
  expect(renderOutputs(file)).toBe('status=ungraded\nscore=\nmax-score=\n')
})

test('H15: no text of a submission is part of it', () => {
  for (const text of hostileTexts) expect(renderOutputs(sampleFile([hostileGrade(text)]))).toMatch(ours)
  expect(renderOutputs(sampleRun())).toMatch(ours)
})
