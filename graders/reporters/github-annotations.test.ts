import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anyText, gradesWith } from '../hostile/printed-texts.ts'
import { commandsIn } from '../hostile/runner-commands.ts'
import type { Grade } from '../model/grade.ts'
import { workflowCommand } from './escape.ts'
import { renderAnnotations } from './github-annotations.ts'
import { folderBelow } from './github-paths.ts'
import { hostileTexts } from './hostile-text.ts'
import {
  type SampleCheckId,
  sampleFile,
  sampleGraded,
  samplePartial,
  sampleRejected,
  sampleUngraded,
} from './sample-grades.ts'

const folderOf = ({ submission }: Grade) => `submissions/${submission.id}`

const failedAt = (file: string, line?: number) =>
  ({ outcome: 'failed', message: 'It says no.', location: { file, ...(line !== undefined && { line }) } }) as const

function printed(grades: Grade[]) {
  return commandsIn(renderAnnotations(sampleFile(grades), folderOf))
}

describe('annotations', () => {
  test('name the line in the submission, the points, what was seen and what to do', () => {
    expect(printed([samplePartial('alice')])).toEqual([
      {
        name: 'warning',
        properties: {
          title: 'writes the headers of a request into the response headers (6/12 points)',
          file: 'submissions/alice/httpserver/main.go',
          line: '41',
        },
        value: expect.stringMatching(/^All 5 .*\nWhat to do: Write each header under the name/s),
      },
    ])
  })

  test('are errors where all points are lost, and leave the line out where none is known', () => {
    const grade = sampleGraded('alice', { 'httpserver.builds': failedAt('Dockerfile') })
    expect(printed([grade])).toEqual([
      { name: 'error', properties: expect.not.objectContaining({ line: expect.anything() }), value: 'It says no.' },
    ])
  })

  test('of a refused and of an ungraded submission name no file, and say whose fault it is', () => {
    const [rejected, ungraded, ...others] = printed([sampleRejected('dave'), sampleUngraded('erin')])
    expect(rejected).toMatchObject({ name: 'error', properties: { title: expect.stringMatching(/^dave: .*refused/) } })
    expect(ungraded).toMatchObject({
      name: 'warning',
      properties: { title: expect.stringContaining('not your fault') },
    })
    expect([rejected, ungraded].map((one) => one?.properties.file)).toEqual([undefined, undefined])
    expect(others).toEqual([])
  })

  test.each(['../../etc/passwd', '/etc/passwd', '..', '.', 'a/../../b'])('name no file outside: %s', (file) => {
    expect(printed([sampleGraded('alice', { 'httpserver.builds': failedAt(file) })])).toEqual([])
  })

  test('say nothing of hidden checks', () => {
    const grade = sampleGraded('alice', { 'httpserver.builds': { ...failedAt('Dockerfile', 1), visibility: 'hidden' } })
    expect(printed([grade])).toEqual([])
  })

  test('are at most ten of a kind, of each student some, and the rest is counted', () => {
    const ids: SampleCheckId[] = ['httpserver.builds', 'httpserver.serves', 'httpserver.version', 'httpserver.healthz']
    const failed = Object.fromEntries(ids.map((id) => [id, failedAt('Dockerfile', 2)]))
    const grades = ['a', 'b', 'c', 'd'].map((id) => sampleGraded(id, failed))
    const commands = printed(grades)
    expect(commands.filter(({ name }) => name === 'error')).toHaveLength(10)
    expect(new Set(commands.map(({ properties }) => properties.file))).toEqual(
      new Set([...grades.map((grade) => `${folderOf(grade)}/Dockerfile`), undefined]),
    )
    expect(commands.at(-1)).toMatchObject({ name: 'notice', value: expect.stringMatching(/^6 more findings /) })
  })

  test('are none for a run without submissions', () => {
    expect(renderAnnotations(sampleFile([]), folderOf)).toBe('')
  })
})

describe('H11: H12: H13: H14: what a submission writes', () => {
  const shapesOf = (text: string) =>
    printed(gradesWith(text)).map(({ name, properties }) => [name, ...Object.keys(properties).sort()].join())

  test('H11: makes no command and no property of its own', () => {
    const tame = shapesOf('tame')
    expect(tame).toEqual(['error,file,line,title', 'error,title', 'warning,title', 'notice,file,line,title'])
    const check = (text: string) => {
      const commands = printed(gradesWith(text))
      expect([text, shapesOf(text).filter((shape) => !tame.includes(shape))]).toEqual([text, []])
      // A file whose name cannot be written is left out.
      expect(commands.length).toBeLessThanOrEqual(tame.length)
      expect(commands.length).toBeGreaterThanOrEqual(2)
      expect(commands).toHaveLength(renderAnnotations(sampleFile(gradesWith(text)), folderOf).split('\n').length - 1)
    }
    for (const text of ['', ...hostileTexts]) check(text)
    fc.assert(fc.property(anyText, check), { numRuns: 60 })
  })

  test('H11: every command is read back with the texts that were put in, whatever the bytes', () => {
    fc.assert(
      fc.property(anyText, anyText, anyText, (title, file, message) => {
        const written = workflowCommand('error', { title: `t${title}`, file: `f${file}`, line: 3 }, `m${message}`)
        expect(written).not.toMatch(/[\r\n]/)
        const [command, ...others] = commandsIn(`${written}\n`)
        expect(others).toEqual([])
        expect(command).toMatchObject({ name: 'error', properties: { line: '3' } })
        expect(Object.keys(command?.properties ?? {}).sort()).toEqual(['file', 'line', 'title'])
      }),
      { numRuns: 300 },
    )
  })

  test.each(['100 % :,;=[]', '%0A::error::x', '%250A', 'a,file=b', '启动: 100%', '`x` "y" \'z\''])(
    'reads as it was written: %j',
    (text) => {
      const [command] = commandsIn(workflowCommand('notice', { title: text, file: text }, text))
      expect(command).toEqual({ name: 'notice', properties: { title: text, file: text }, value: text })
    },
  )
})

test('paths are relative to the checkout, and a submission outside or in an archive has none', () => {
  const of = (source: string) => folderBelow('/checkout/pr')({ submission: { id: 'x', source } } as Grade)
  expect(of('/checkout/pr/submissions/alice')).toBe('submissions/alice')
  expect(of('/checkout/pr')).toBe('')
  expect(of('/checkout/prior')).toBeUndefined()
  expect(of('/elsewhere')).toBeUndefined()
  expect(of('/checkout/pr/submissions/alice.tar.gz')).toBeUndefined()
})
