import { describe, expect, test } from 'vitest'
import { commentMarker } from '../reporters/github-comment.ts'
import { startGitHubApi } from './test-github-api.ts'
import { eventOf, fileOf, graded, gradeOf, later, openBench, pullOfAlice } from './test-publish.ts'

const partial = { outcome: 'partial', points: 4, message: 'The value never changes.', hint: 'Read it.' } as const
const failed = {
  outcome: 'failed',
  message: 'No header came back.',
  location: { file: 'httpserver/main.go', line: 12 },
} as const

describe('what is written for a pull request', () => {
  test('a check on the graded commit and one comment, for a fork of which the event names no pull request', async () => {
    await using api = await startGitHubApi({ pulls: [pullOfAlice()] })
    await using bench = await openBench(fileOf(gradeOf('alice', { 'httpserver.header-echo': failed })))
    const run = await bench.run(api, eventOf())
    expect(run).toMatchObject({ exitCode: 0 })
    const [check, ...otherChecks] = api.state.checkRuns
    expect(otherChecks).toEqual([])
    expect(check).toMatchObject({ name: 'cgrade', head_sha: graded, status: 'completed', conclusion: 'neutral' })
    expect(check?.output.title).toMatch(/^Score \d+ of \d+ points/)
    expect(check?.output.annotations).toMatchObject([
      { path: 'submissions/alice/httpserver/main.go', start_line: 12, annotation_level: 'failure' },
    ])
    const [comment, ...otherComments] = api.state.comments
    expect(otherComments).toEqual([])
    expect(comment).toMatchObject({ issue: 7, body: expect.stringContaining('No header came back') })
    expect(comment?.body.startsWith(commentMarker)).toBe(true)
  })

  test('everything passed is a success, and titles are those of the specs', async () => {
    await using api = await startGitHubApi({ pulls: [pullOfAlice()] })
    await using bench = await openBench(fileOf(gradeOf('alice')))
    expect(await bench.run(api, eventOf())).toMatchObject({ exitCode: 0 })
    expect(api.state.checkRuns).toMatchObject([{ conclusion: 'success' }])
    const text = JSON.stringify(api.state.checkRuns)
    expect(text).toContain('answers GET')
    expect(text).not.toContain('title of')
  })

  test('a pull request from the repository itself is found by the number in the event', async () => {
    const head = { sha: graded, ref: 'homework', repo: 'course/homework' }
    await using api = await startGitHubApi({ pulls: [pullOfAlice({ head })] })
    await using bench = await openBench(fileOf(gradeOf('alice')))
    const event = eventOf({ head_repository: { full_name: 'course/homework' }, pull_requests: [{ number: 7 }] })
    expect(await bench.run(api, event)).toMatchObject({ exitCode: 0 })
    expect(api.state.comments).toHaveLength(1)
  })

  test('lost points fail the check only where a pass is required', async () => {
    await using api = await startGitHubApi({ pulls: [pullOfAlice()] })
    await using bench = await openBench(fileOf(gradeOf('alice', { 'httpserver.version': partial })))
    await bench.run(api, eventOf(), '--require-pass')
    expect(api.state.checkRuns).toMatchObject([{ conclusion: 'failure' }])
  })

  test('published twice, there is one check with each annotation once, and one comment', async () => {
    await using api = await startGitHubApi({ pulls: [pullOfAlice()] })
    await using bench = await openBench(fileOf(gradeOf('alice', { 'httpserver.header-echo': failed })))
    await bench.run(api, eventOf())
    await bench.run(api, eventOf({ run_attempt: 2 }))
    expect(api.state.checkRuns).toHaveLength(1)
    expect(api.state.checkRuns[0]?.output.annotations).toHaveLength(1)
    expect(api.state.comments).toHaveLength(1)
  })

  test('where other annotations stand already, a new check run takes the place of the old one', async () => {
    await using api = await startGitHubApi({ pulls: [pullOfAlice()] })
    await using bench = await openBench(fileOf(gradeOf('alice', { 'httpserver.header-echo': failed })))
    await bench.run(api, eventOf())
    await bench.put(fileOf(gradeOf('alice')))
    await bench.run(api, eventOf({ id: 4712 }))
    expect(api.state.checkRuns.map(({ conclusion }) => conclusion)).toEqual(['neutral', 'success'])
    expect(api.state.checkRuns[1]?.output.annotations).toEqual([])
  })

  test('a job of a student that is called cgrade is left alone', async () => {
    await using api = await startGitHubApi({ pulls: [pullOfAlice()] })
    const output = { title: 'x', summary: 'x', annotations: [] }
    const theirs = { id: 5, name: 'cgrade', head_sha: graded, status: 'completed', conclusion: 'success', output }
    api.state.checkRuns.push({ ...theirs, external_id: 'c0ffee', app: { slug: 'github-actions' } })
    await using bench = await openBench(fileOf(gradeOf('alice', { 'httpserver.version': partial })))
    await bench.run(api, eventOf())
    expect(api.state.checkRuns).toMatchObject([theirs, { conclusion: 'neutral' }])
  })

  test('a dry run asks and writes nothing', async () => {
    await using api = await startGitHubApi({ pulls: [pullOfAlice()] })
    await using bench = await openBench(fileOf(gradeOf('alice')))
    const run = await bench.run(api, eventOf(), '--dry-run', '--json')
    expect(JSON.parse(run.stdout)).toMatchObject({ pullRequest: 7, check: { conclusion: 'success' }, written: null })
    expect(api.requests.every(({ method }) => method === 'GET')).toBe(true)
  })
})

describe('what is not to be believed', () => {
  test.each([
    ['.github/workflows/grade.yml', 'modified'],
    ['.github/actions/x/action.yml', 'added'],
    ['specs/assignment.ts', 'modified'],
    ['README.md', 'modified'],
    ['submissions/bob/main.go', 'added'],
  ])('a pull request that changes %s, too, gets a neutral check without a score', async (filename, status) => {
    const pull = pullOfAlice()
    pull.files.push({ filename, status })
    await using api = await startGitHubApi({ pulls: [pull] })
    await using bench = await openBench(fileOf(gradeOf('alice')))
    const run = await bench.run(api, eventOf())
    expect(run.exitCode).toBe(0)
    expect(api.state.checkRuns).toMatchObject([
      { conclusion: 'neutral', output: { title: expect.stringMatching(/No score/) } },
    ])
    const written = JSON.stringify([api.state.checkRuns, api.state.comments])
    expect(written).not.toMatch(/\d+ of \d+ points/)
    expect(api.state.comments).toHaveLength(1)
  })

  test('a rename out of another folder counts as a change there', async () => {
    const pull = pullOfAlice()
    pull.files.push({
      filename: 'submissions/alice/x.go',
      status: 'renamed',
      previous_filename: 'submissions/bob/x.go',
    })
    await using api = await startGitHubApi({ pulls: [pull] })
    await using bench = await openBench(fileOf(gradeOf('alice')))
    await bench.run(api, eventOf())
    expect(api.state.checkRuns).toMatchObject([{ conclusion: 'neutral' }])
  })

  test('a change on the last of many pages is seen', async () => {
    const pull = pullOfAlice()
    const many = Array.from({ length: 250 }, (_, index) => ({
      filename: `submissions/alice/vendor/${index}.go`,
      status: 'added',
    }))
    pull.files.push(...many, { filename: '.github/workflows/x.yml', status: 'added' })
    await using api = await startGitHubApi({ pulls: [pull] })
    await using bench = await openBench(fileOf(gradeOf('alice')))
    await bench.run(api, eventOf())
    expect(api.state.checkRuns).toMatchObject([{ conclusion: 'neutral' }])
    expect(api.requests.filter(({ path }) => path.includes('/files?'))).toHaveLength(3)
  })

  test('more files than GitHub lists are not believed', async () => {
    const pull = pullOfAlice()
    const many = Array.from({ length: 3100 }, (_, index) => ({
      filename: `submissions/alice/${index}`,
      status: 'added',
    }))
    pull.files.push(...many)
    await using api = await startGitHubApi({ pulls: [pull] })
    await using bench = await openBench(fileOf(gradeOf('alice')))
    await bench.run(api, eventOf())
    expect(api.state.checkRuns).toMatchObject([{ conclusion: 'neutral' }])
  })

  test('a newer commit: the check is on the old one, without a score, and the comment is left alone', async () => {
    await using api = await startGitHubApi({
      pulls: [pullOfAlice({ head: { sha: later, ref: 'homework', repo: 'alice/homework' } })],
      commits: [graded],
    })
    await using bench = await openBench(fileOf(gradeOf('alice')))
    const run = await bench.run(api, eventOf())
    expect(run.stderr).toContain('was pushed to since')
    expect(api.state.checkRuns).toMatchObject([{ head_sha: graded, conclusion: 'neutral' }])
    expect(api.state.comments).toEqual([])
  })

  test('a push to and fro while the files are read is noticed', async () => {
    const evil = pullOfAlice()
    evil.files.push({ filename: '.github/workflows/grade.yml', status: 'modified' })
    const clean = pullOfAlice().files
    await using api = await startGitHubApi({ pulls: [evil] })
    let pushes = 0
    api.state.before = ({ path }) => {
      if (!path.includes('/files')) return undefined
      pushes += 1
      evil.updated_at = `2026-11-25T09:00:${String(pushes).padStart(2, '0')}Z`
      return { status: 200, body: clean }
    }
    await using bench = await openBench(fileOf(gradeOf('alice')))
    await bench.run(api, eventOf())
    expect(pushes).toBe(3)
    expect(api.state.checkRuns).toMatchObject([{ conclusion: 'neutral' }])
    expect(api.state.comments).toEqual([])
  })

  test('without an open pull request nobody knows what was changed', async () => {
    await using api = await startGitHubApi({ pulls: [pullOfAlice({ state: 'closed' })] })
    await using bench = await openBench(fileOf(gradeOf('alice')))
    expect(await bench.run(api, eventOf())).toMatchObject({ exitCode: 0 })
    expect(api.state.checkRuns).toMatchObject([
      { conclusion: 'neutral', output: { title: expect.stringMatching(/No score/) } },
    ])
    expect(api.state.comments).toEqual([])
  })

  test('the same commit in the pull request of another fork is not taken for this one', async () => {
    const mallory = pullOfAlice({ number: 3, head: { sha: graded, ref: 'homework', repo: 'mallory/homework' } })
    await using api = await startGitHubApi({ pulls: [mallory, pullOfAlice()] })
    await using bench = await openBench(fileOf(gradeOf('alice')))
    await bench.run(api, eventOf({ pull_requests: [{ number: 3 }] }))
    expect(api.state.comments).toMatchObject([{ issue: 7 }])
  })
})
