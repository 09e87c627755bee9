import { appendFile, cp, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Grade, type GradesFile, gradesFileSchema } from './model/grade.ts'
import { gradeOf, openRegrading, type Regrading } from './test-regrade.ts'
import { quickDockerfile } from './test-runs.ts'

/** A run is graded again after one thing or another has changed; each part goes on from the run before it. */

const nowhere = { DOCKER_HOST: 'unix:///nowhere/docker.sock' }

let on: Regrading

beforeAll(async () => {
  on = await openRegrading()
}, 300_000)
afterAll(() => on?.[Symbol.asyncDispose]())

test('a grade names the base images that its builds asked for', async () => {
  const file = await on.read('first')
  expect(gradeOf(file, 'good').baseImages).toEqual([{ name: 'scratch', digest: 'scratch' }])
  expect(gradeOf(file, 'based').baseImages).toEqual([{ name: on.baseName, digest: on.baseIds[0] }])
  expect(gradeOf(file, 'refused')).not.toHaveProperty('baseImages')
})

describe('where nothing has changed', () => {
  test('every grade is that of the old run to the last byte, and no container is made', async () => {
    const ended = await on.regrade('first', 'same')
    expect(ended.exitCode).toBe(0)
    expect(ended.printed).toContain('4 submissions, 0 to grade again, 4 kept.')
    expect(ended.stdout).toContain('Nobody moved: 4 submissions as before.')
    const [before, after] = [await on.read('first'), await on.read('same')]
    expect(JSON.stringify(after.grades)).toBe(JSON.stringify(before.grades))
    expect(after.run).toEqual({ ...before.run, ...pick(after.run, ['id', 'startedAt', 'finishedAt']) })
    expect(after.run.id).not.toBe(before.run.id)
  })

  test('it is the same where no engine answers, and that is said', async () => {
    const ended = await on.regrade('first', 'blind', [], nowhere)
    expect(ended.exitCode).toBe(0)
    expect(ended.printed).toContain('No container engine answers here')
    expect((await on.read('blind')).grades).toEqual((await on.read('first')).grades)
  })

  test('a dry run writes nothing', async () => {
    expect(await on.plan('first')).toEqual([])
    await expect(stat(on.runOf('never'))).rejects.toThrow('ENOENT')
  })
})

describe('--only', () => {
  test.each([
    [['failed'], ['broken: asked for', 'refused: asked for']],
    [['ungraded'], []],
    [['changed'], []],
    [['good'], ['good: asked for']],
    [['check:httpserver.healthz'], ['broken: asked for']],
    [
      ['good', 'check:httpserver.builds'],
      ['broken: asked for', 'good: asked for'],
    ],
  ])('%j means %j', async (words, expected) => {
    expect(
      await on.plan(
        'first',
        words.flatMap((word) => ['--only', word]),
      ),
    ).toEqual(expected)
  })

  test.each([
    ['goood', 'There is no submission `goood`. Did you mean `good`?'],
    ['faild', 'Did you mean `failed`?'],
    [
      'check:httpserver.healtz',
      'There is no check `check:httpserver.healtz`. Did you mean `check:httpserver.healthz`?',
    ],
    ['check:memory.grows', 'There is no check `check:memory.grows`.'],
  ])('%s is refused with one sentence', async (word, said) => {
    const ended = await on.regrade('first', 'never', ['--only', word])
    expect(ended.stderr).toContain(said)
    expect(ended.exitCode).toBe(2)
  })
})

describe('another rubric', () => {
  test('is applied to the old verdicts without a container', async () => {
    await on.changeAssignment(
      `{ id: 'httpserver.healthz', points: 5 }`,
      `{ id: 'httpserver.healthz', points: 8, visibility: 'hidden' }`,
    )
    await on.changeAssignment('Exercise 3.2: the HTTP server in a container', 'Exercise two')
    const ended = await on.regrade('first', 'rubric', [], nowhere)
    expect(ended.exitCode).toBe(0)
    expect(ended.printed).toContain('With points, titles or lateness of now, from the old verdicts: 4.')
    const file = await on.read('rubric')
    expect(gradeOf(file, 'good')).toMatchObject({ score: 58, maxScore: 58, exercises: [{ title: 'Exercise two' }] })
    expect(gradeOf(file, 'good').exercises[0]?.checks.at(-1)).toMatchObject({
      points: 8,
      maxPoints: 8,
      visibility: 'hidden',
    })
    expect(gradeOf(file, 'broken')).toMatchObject({ score: 0, maxScore: 58 })
    expect(gradeOf(file, 'refused')).toMatchObject({ status: 'rejected', score: 0, maxScore: 58 })
    const { moves, counts, gradedAgain } = await on.movesOf('rubric')
    expect(gradedAgain).toEqual([])
    expect(counts).toEqual({ same: 0, up: 0, down: 0, even: 4 })
    expect(moves.find(({ submission }) => submission === 'good')).toEqual({
      submission: 'good',
      from: { status: 'graded', score: 55, maxScore: 55 },
      to: { status: 'graded', score: 58, maxScore: 58 },
      checks: [
        {
          id: 'httpserver.healthz',
          from: { outcome: 'passed', points: 5, maxPoints: 5 },
          to: { outcome: 'passed', points: 8, maxPoints: 8 },
        },
      ],
    })
  })

  test('with `--only` leaves the others as they were, and flags them until they are weighed again', async () => {
    const ended = await on.regrade('first', 'mixed-rubric', ['--only', 'refused'])
    expect(ended.printed).toContain('Mixed: 3 of the grades kept')
    const good = gradeOf(await on.read('mixed-rubric'), 'good')
    expect(good).toMatchObject({ score: 55 })
    expect(good.flags.map(({ code }) => code)).toContain('kept-from-earlier-rubric')
    expect(await on.plan('mixed-rubric')).toEqual([])
    const changed = await on.regrade('mixed-rubric', 'never', ['--dry-run', '--only', 'changed'])
    expect(changed.stdout).toContain('With points, titles or lateness of now, from the old verdicts: 3.')
    expect(changed.stdout).not.toContain('Mixed')
    await on.regrade('mixed-rubric', 'weighed')
    expect((await on.read('weighed')).grades).toEqual(
      (await on.read('rubric')).grades.map(likeIn(await on.read('weighed'))),
    )
  })
})

describe('one thing changed', () => {
  test('a submission: it alone is graded again, and has moved', async () => {
    await on.inbox.add('broken', { Dockerfile: quickDockerfile })
    const ended = await on.regrade('rubric', 'mended')
    expect(ended.printed).toContain('Graded again: 1 (the submission)')
    expect(ended.stdout).toMatch(/^broken +0\/58 +58\/58 +\+58 +builds ✗→✓, serves -→✓/m)
    expect(ended.stdout).toContain('1 of 4 submissions moved: 1 up.')
    const [before, after] = [await on.read('rubric'), await on.read('mended')]
    expect(gradeOf(after, 'good')).toEqual(gradeOf(before, 'good'))
    expect(gradeOf(after, 'broken')).toMatchObject({ status: 'graded', score: 58 })
    expect(after.run.seed).toBe(before.run.seed)
    const rows = (await readFile(join(on.runOf('mended'), 'moves.csv'), 'utf8')).split('\r\n')
    expect(rows[1]).toMatch(/^broken,graded,0,58,graded,58,58,58,"httpserver.builds: failed 0\/10 -> passed 10\/10, /)
  })

  test('a base image: who was built on it is graded again', async () => {
    await on.giveBase('two')
    expect(await on.plan('mended')).toEqual(['based: a base image'])
    const ended = await on.regrade('mended', 'rebased')
    expect(ended.exitCode).toBe(0)
    const file = await on.read('rebased')
    expect(gradeOf(file, 'based').baseImages).toEqual([{ name: on.baseName, digest: on.baseIds[1] }])
    expect(file.run.baseImages.filter(({ name }) => name === on.baseName).map(({ digest }) => digest)).toEqual([
      on.baseIds[1],
    ])
    expect(await on.plan('rebased')).toEqual([])
  })

  test('a spec: all are graded again; with `--only` the rest is kept, flagged, and graded the next time', async () => {
    await appendFile(join(on.course, 'httpserver.spec.ts'), '\n// Another one.\n')
    expect(await on.plan('rebased')).toEqual(['based', 'broken', 'good', 'refused'].map((id) => `${id}: the specs`))
    const ended = await on.regrade('rebased', 'mixed', ['--only', 'good'])
    expect(ended.printed).toContain('Mixed: 3 of the grades kept are from before something changed.')
    const file = await on.read('mixed')
    const flag = { code: 'kept-from-earlier', message: expect.stringContaining('Changed since then: the specs.') }
    expect(gradeOf(file, 'broken').flags).toContainEqual(flag)
    expect(gradeOf(file, 'good').flags).not.toContainEqual(flag)
    const later = 'kept by an earlier `--only`'
    expect(await on.plan('mixed')).toEqual(['based', 'broken', 'refused'].map((id) => `${id}: ${later}`))
  })

  test('who is there: the gone are left out, the new are graded, and both are told', async () => {
    await rename(join(on.inbox.folder, 'good'), join(on.inbox.folder, 'better'))
    const ended = await on.regrade('mixed', 'moved', ['--dry-run', '--only', 'changed'])
    expect(ended.stdout).toContain('New: better.')
    expect(ended.stdout).toContain('No longer there, and left out: good.')
    expect(await on.plan('mixed', ['--only', 'changed'])).toContain('better: new')
  })
})

describe('an old run that says nothing of its origin', () => {
  test('is asked about with `--from`, and graded as a whole', async () => {
    await cp(on.runOf('first'), on.runOf('old'), { recursive: true })
    await rm(join(on.runOf('old'), 'run.json'))
    const ended = await on.regrade('old', 'never', ['--assignment', on.course])
    expect(ended.stderr).toContain('Say it: `--from <folder>`.')
    expect(ended.exitCode).toBe(2)
    const planned = await on.plan('old', ['--assignment', on.course, '--from', on.inbox.folder])
    expect(planned.find((line) => line.startsWith('based'))).toContain('unknown: the old run does not say')
    expect(planned).toHaveLength(4)
  })
})

test('--json prints the grades alone, and says where the moves are', async () => {
  const ended = await on.regrade('first', 'as-json', ['--json', '--only', 'ungraded'], nowhere)
  expect(gradesFileSchema.parse(JSON.parse(ended.stdout)).grades).toHaveLength(3)
  expect(ended.stderr).toContain(`Who moved: ${join(on.runOf('as-json'), 'moves.csv')}`)
})

function pick<T extends object, K extends keyof T>(from: T, keys: K[]): Pick<T, K> {
  return Object.fromEntries(keys.map((key) => [key, from[key]])) as Pick<T, K>
}

/** But for the one that was graded once more. */
function likeIn(other: GradesFile): (grade: Grade) => Grade {
  return (grade) => (grade.submission.id === 'refused' ? gradeOf(other, 'refused') : grade)
}
