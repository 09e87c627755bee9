import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { actionPins } from '../init/action-pins.ts'
import { type GradesFile, gradesFileSchema } from '../model/grade.ts'
import { renderJson } from '../reporters/json.ts'
import { sampleFile, sampleGraded } from '../reporters/sample-grades.ts'
import { filesOf } from './test-actions.ts'
import { type Course, course, makeCourse } from './test-course.ts'
import { broken, hostileOf, rootWorkOf, serverOf } from './test-handed-in.ts'
import { type Published, publishRun } from './test-published.ts'
import type { PullRequest } from './test-repositories.ts'
import type { RunEnd } from './test-runner.ts'
import { failuresIn } from './test-runner-log.ts'
import { stepOf } from './test-runner-steps.ts'

/** From a pull request to its check and its comment: real repositories, the real grader, all jobs as the workflows have them. */

async function gradesOf(run: RunEnd): Promise<GradesFile> {
  expect(failuresIn(run)).toEqual([])
  const folder = run.artifacts.get('cgrade-grades') ?? ''
  expect(await filesOf(folder)).toEqual(['grades.json'])
  return gradesFileSchema.parse(JSON.parse(await readFile(join(folder, 'grades.json'), 'utf8')))
}

const scoresOf = ({ grades }: GradesFile) =>
  grades.map((one) => [one.submission.id, one.status === 'ungraded' ? undefined : `${one.score}/${one.maxScore}`])
const collected = (run: RunEnd, name: string) => stepOf(run.jobs, 'grade / collect', name)

describe('a good submission from a fork', () => {
  let offered: Course
  let pull: PullRequest
  let run: RunEnd
  let published: Published
  beforeAll(async () => {
    offered = await makeCourse({ files: await serverOf('somebody-else') })
    const changes = { ...(await serverOf('li-wei')), ...(await rootWorkOf('li-wei')) }
    pull = await offered.offer(changes, { fork: 'li-wei/homework' })
    run = await offered.grade(pull)
    published = await publishRun(offered, run, pull)
  })
  afterAll(() => offered[Symbol.asyncDispose]())

  test('is graded alone, its root work by a job of its own, and has its whole score', async () => {
    expect(failuresIn(run)).toEqual([])
    expect(scoresOf(await gradesOf(run))).toEqual([['li-wei', '85/85']])
    expect(run.jobs.grade?.outputs).toMatchObject({ status: 'graded', score: '85', 'max-score': '85' })
  })

  test('has a summary with its score, and no annotation', () => {
    expect(collected(run, '/ Summary').summary).toMatch(/Score 85 of 85 points/)
    expect(Object.values(run.jobs).flatMap(({ steps }) => steps.flatMap(({ annotations }) => annotations))).toEqual([])
  })

  test('gets a check and one comment with the same score from publish.yml, which a fork cannot run', () => {
    expect(failuresIn(published.end)).toEqual([])
    expect(published.check).toMatchObject({ head_sha: pull.head.sha, status: 'completed', conclusion: 'success' })
    expect(published.check?.output.title).toContain('85')
    expect(published.api.comments.map(({ issue }) => issue)).toEqual([pull.number])
    expect(published.api.comments[0]?.body).toContain('85')
  })

  test('the publisher has its token in one step, and prints it nowhere', () => {
    const steps = Object.values(published.end.jobs).flatMap((job) => job.steps)
    expect(steps.map(({ log }) => log).join('\n')).not.toContain('ghs_Planted')
    expect(published.end.jobs['publish / publish']?.permissions).toMatchObject({ contents: 'read', checks: 'write' })
  })

  test('with an artifact that a changed workflow could have made, gets no more than its points', async () => {
    const path = join(run.artifacts.get('cgrade-grades') ?? '', 'grades.json')
    const text = await readFile(path, 'utf8')
    const forged = text.replaceAll('"points": 12', '"points": 1200').replaceAll('"score": 85', '"score": 100000')
    expect(forged).not.toBe(text)
    await writeFile(path, forged)
    const { check, api } = await publishRun(offered, run, pull)
    await writeFile(path, text)
    expect(`${check?.output.title} ${api.comments[0]?.body}`).not.toMatch(/1200|100000/)
  })

  test('without any artifact, as when grading came to no end, gets a check that gives no score', async () => {
    const ended = { ...run, conclusion: 'failure' as const }
    const { 'cgrade-grades': kept } = Object.fromEntries(run.artifacts)
    run.artifacts.delete('cgrade-grades')
    const { end, check } = await publishRun(offered, ended, pull)
    run.artifacts.set('cgrade-grades', kept ?? '')
    expect(end.conclusion).toBe('success')
    expect(check?.conclusion).not.toBe('success')
    expect(check?.output.title).not.toMatch(/85/)
  })
})

describe('a pull request that touches two students, one broken and one hostile', () => {
  let offered: Course
  let pull: PullRequest
  let run: RunEnd
  let published: Published
  beforeAll(async () => {
    offered = await makeCourse({ root: false })
    pull = await offered.offer({ 'submissions/王芳/Dockerfile': broken, ...(await hostileOf('zhao::error::lei')) })
    run = await offered.grade(pull)
    published = await publishRun(offered, run, pull)
  })
  afterAll(() => offered[Symbol.asyncDispose]())

  test('has the grades of both', async () => {
    expect(scoresOf(await gradesOf(run))).toEqual([
      ['zhao::error::lei', '20/55'],
      ['王芳', '0/55'],
    ])
    expect(run.jobs.grade?.outputs).toMatchObject({ status: 'graded', score: '20', 'max-score': '110' })
    expect(failuresIn(run)).toEqual([])
  })

  test('marks the line of the broken one in its own file', () => {
    const file = 'submissions/王芳/Dockerfile'
    const found = collected(run, '/ Annotations').annotations.filter(({ properties }) => properties.file === file)
    expect(found).toEqual([
      { name: 'error', properties: expect.objectContaining({ line: '2' }), value: expect.any(String) },
    ])
    expect(found[0]?.value).toContain('`nothere`')
  })

  test('H11: H12: H13: H14: H15: what the hostile one prints is obeyed nowhere', () => {
    const steps = Object.entries(run.jobs).flatMap(([job, end]) => end.steps.map((step) => ({ job, ...step })))
    for (const { name, commands, log } of steps.filter(({ outcome }) => outcome !== 'skipped')) {
      const names = commands.map((command) => command.name)
      if (name.endsWith('/ Grade')) expect(names).toEqual(['stop-commands', commands[0]?.value])
      else if (name.endsWith('/ Annotations')) expect(new Set(names)).toEqual(new Set(['error']))
      else expect([name, names]).toEqual([name, []])
      // Nothing was masked, so that nobody could hide a word of ours.
      expect(log).not.toContain('***')
    }
    const set = steps.flatMap(({ outputs }) => Object.keys(outputs))
    const ours = [
      'status',
      'score',
      'max-score',
      'result',
      'run',
      'code',
      'commit',
      'ref',
      'artifact-id',
      'download-path',
    ]
    expect(set.filter((name) => !ours.includes(name))).toEqual([])
  })

  test('H11: its annotations are ours alone, and its words stand in the summary as text', () => {
    for (const { properties, value } of collected(run, '/ Annotations').annotations) {
      expect(properties.title).not.toMatch(/Autograding/)
      expect(value).not.toMatch(/^Points/)
    }
    expect(collected(run, '/ Summary').summary).not.toMatch(/<script|^::|\u202e/m)
  })

  test('is published without a score: nobody hands in for another', () => {
    expect(published.check?.conclusion).toBe('neutral')
    expect(`${published.check?.output.title} ${published.check?.output.summary}`).not.toMatch(/20 of 55|20&#47;55/)
  })
})

describe('what a pull request changed', () => {
  let offered: Course
  beforeAll(async () => {
    const files = {
      ...(await serverOf('li-wei')),
      ...(await serverOf('wu-gang')),
      'submissions/sun-li/Dockerfile': broken,
    }
    offered = await makeCourse({ root: false, files })
  })
  afterAll(() => offered[Symbol.asyncDispose]())

  test('none of the submissions: nothing is graded, and that is no failure', async () => {
    const pull = await offered.offer({ 'README.md': '# better\n' })
    const run = await offered.grade(pull)
    expect(failuresIn(run)).toEqual([])
    expect(run.jobs.grade?.outputs).toEqual({ status: 'nothing', score: '', 'max-score': '', result: '' })
    expect((await gradesOf(run)).grades).toEqual([])
    const { check } = await publishRun(offered, run, pull)
    expect(check?.conclusion).toBe('neutral')
  })

  test('the workflow itself: whatever it hands on is no grade', async () => {
    const upload = actionPins.upload.replace(/ #.*/, '')
    const forge = {
      'runs-on': 'ubuntu-24.04',
      steps: [
        { uses: actionPins.checkout.replace(/ #.*/, ''), with: { 'persist-credentials': false } },
        { uses: upload, with: { name: 'cgrade-grades', path: 'submissions/li-wei/grades.json' } },
      ],
    }
    const workflow = { name: 'grade', on: 'pull_request', permissions: { contents: 'read' }, jobs: { forge } }
    const forged = renderJson(sampleFile([sampleGraded('li-wei')]))
    const files = { '.github/workflows/grade.yml': JSON.stringify(workflow), 'submissions/li-wei/grades.json': forged }
    const pull = await offered.offer(files, { fork: 'li-wei/homework' })
    const run = await offered.grade(pull)
    expect(run.artifacts.has('cgrade-grades')).toBe(true)
    const { check, api } = await publishRun(offered, run, pull)
    expect(check?.conclusion).toBe('neutral')
    expect(check?.output.title).toMatch(/No score/)
    expect(`${check?.output.summary} ${api.comments[0]?.body}`).not.toMatch(/\d+(?:\.\d+)? of \d+ points/)
  })

  test('a rename and a deletion, while others handed in on main: the new name is graded, and nobody else', async () => {
    const changes = { 'submissions/wu-gang-2/Dockerfile': { move: 'submissions/wu-gang/Dockerfile' } }
    const moved = { ...changes, 'submissions/wu-gang-2/hs': { move: 'submissions/wu-gang/hs' } }
    const { repositories } = offered.store
    const before = await offered.offer({ ...moved, 'submissions/sun-li': undefined })
    await repositories.commit(course, 'main', { 'submissions/zhang-min/Dockerfile': broken })
    // GitHub merges with the newest main, and still tells the base as it was when the pull request was opened.
    const merged = await repositories.openPull(course, before.head)
    const run = await offered.grade({ ...merged, base: before.base })
    expect(scoresOf(await gradesOf(run))).toEqual([['wu-gang-2', '55/55']])
    expect(stepOf(run.jobs, 'grade / grade', '/ Grade').log).toMatch(/Gone since .*sun-li/)
  })
})

test('a push to the repository of a student is graded whole, and told to Classroom where that is asked', async () => {
  await using own = await makeCourse({ root: false, settings: ['classroom: true'] })
  const files = Object.entries(await serverOf('x')).map(([name, file]) => [name.replace('submissions/x/', ''), file])
  await own.store.repositories.add('school/homework-li', Object.fromEntries(files))
  const run = await own.push('school/homework-li')
  expect(failuresIn(run)).toEqual([])
  expect(scoresOf(await gradesOf(run))).toEqual([['homework-li', '55/55']])
  const { result = '', score } = run.jobs.grade?.outputs ?? {}
  const told = JSON.parse(Buffer.from(result, 'base64').toString())
  expect([score, told.max_score]).toEqual(['55', 55])
  const { commands } = collected(run, '/ GitHub Classroom')
  expect(commands.map(({ value }) => value)).toEqual(['Points 55/55', '{"totalPoints":55,"maxPoints":55}'])
})
