import { mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { startGitHubApi } from './test-github-api.ts'
import { eventOf, fileOf, graded, gradeOf, openBench, pullOfAlice } from './test-publish.ts'

describe('what is published for an event', () => {
  test.each([
    ['another event', { action: 'opened', pull_request: {} }, /expects the event of a `workflow_run`/],
    ['no JSON', '{', /expects JSON/],
    ['a run that only began', { ...eventOf(), action: 'requested' }, /expects the action `completed`/],
    ['a push in a course repository', eventOf({ event: 'push' }), /expects a run that `pull_request` started/],
    ['a schedule', eventOf({ event: 'schedule' }), /got `schedule`/],
    ['another repository', eventOf({ repository: { full_name: 'mallory/homework' } }), /of this repository/],
    ['a commit that is none', eventOf({ head_sha: 'main' }), /40 hexadecimal digits/],
    ['a workflow from elsewhere', eventOf({ path: 'dynamic/x' }), /in `\.github\/workflows\/`/],
  ])('%s: nothing, and why', async (_what, event, said) => {
    await using api = await startGitHubApi({ pulls: [pullOfAlice()] })
    await using bench = await openBench(fileOf(gradeOf('alice')))
    const run = await bench.run(api, event)
    expect(run).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(said) })
    expect(api.requests).toEqual([])
  })

  test.each(['action_required', 'skipped'])('a run that was %s: nothing, and no fault', async (conclusion) => {
    await using api = await startGitHubApi({ pulls: [pullOfAlice()] })
    await using bench = await openBench()
    expect(await bench.run(api, eventOf({ conclusion }))).toMatchObject({ exitCode: 0 })
    expect(api.requests).toEqual([])
  })

  test('a run that broke off: that grading did not come to an end, with a link to it', async () => {
    await using api = await startGitHubApi({ pulls: [pullOfAlice()] })
    await using bench = await openBench()
    expect(await bench.run(api, eventOf({ conclusion: 'failure' }))).toMatchObject({ exitCode: 0 })
    expect(api.state.checkRuns).toMatchObject([
      {
        conclusion: 'neutral',
        output: { title: 'Grading did not come to an end' },
        details_url: expect.stringMatching(/runs\/4711$/),
      },
    ])
    expect(api.state.comments).toMatchObject([{ body: expect.stringContaining('not your fault') }])
  })

  test('a student repository: the grade is that of the repository, whatever folder it lay in', async () => {
    const files = [{ filename: 'httpserver/main.go', status: 'modified' }]
    await using api = await startGitHubApi({ pulls: [pullOfAlice({ files })] })
    const on = { outcome: 'failed', message: 'no', location: { file: 'httpserver/main.go', line: 3 } } as const
    await using bench = await openBench(fileOf(gradeOf('checkout-7', { 'httpserver.version': on })))
    await bench.run(api, eventOf(), '--flow', 'student')
    expect(api.state.checkRuns[0]?.output.annotations).toMatchObject([{ path: 'httpserver/main.go', start_line: 3 }])
    expect(api.state.comments[0]?.body).toContain('homework')
    expect(api.state.comments[0]?.body).not.toContain('checkout')
  })

  test('a push to a student repository: the check on its commit, and no comment', async () => {
    await using api = await startGitHubApi({ commits: [graded] })
    await using bench = await openBench(fileOf(gradeOf('homework')))
    await bench.run(api, eventOf({ event: 'push' }), '--flow', 'student')
    expect(api.state.checkRuns).toMatchObject([{ head_sha: graded, conclusion: 'success' }])
    expect(api.state.comments).toEqual([])
  })

  test('a pull request without a submission: a neutral check, and no comment but an update', async () => {
    const files = [{ filename: 'docs/x.md', status: 'added' }]
    await using api = await startGitHubApi({ pulls: [pullOfAlice({ files })] })
    await using bench = await openBench(fileOf())
    await bench.run(api, eventOf())
    expect(api.state.checkRuns).toMatchObject([
      { conclusion: 'neutral', output: { title: 'There was nothing to grade' } },
    ])
    expect(api.state.comments).toEqual([])
    const user = { login: 'github-actions[bot]', type: 'Bot' }
    api.state.comments.push({ id: 10, issue: 7, body: '<!-- cgrade -->\nScore 100 of 100 points', user })
    await bench.run(api, eventOf())
    expect(api.state.comments).toMatchObject([{ body: expect.stringContaining('nothing to grade') }])
  })

  test('an archive: graded by the name that it stands for, without annotations', async () => {
    const files = [{ filename: 'submissions/alice.tar.gz', status: 'added' }]
    await using api = await startGitHubApi({ pulls: [pullOfAlice({ files })] })
    const on = { outcome: 'failed', message: 'no', location: { file: 'main.go', line: 3 } } as const
    await using bench = await openBench(fileOf(gradeOf('alice', { 'httpserver.version': on })))
    await bench.run(api, eventOf())
    expect(api.state.checkRuns[0]?.output).toMatchObject({ title: expect.stringMatching(/^Score/), annotations: [] })
  })

  test('names in any script, composed or not, with blanks and quotes', async () => {
    const name = 'Jose\u0301 "王" (2)'
    const files = [{ filename: `homework/${name}/main.go`, status: 'added' }]
    await using api = await startGitHubApi({ pulls: [pullOfAlice({ files })] })
    await using bench = await openBench(fileOf(gradeOf(name.normalize('NFC'))))
    await bench.run(api, eventOf(), '--submissions', './homework/')
    expect(api.state.checkRuns).toMatchObject([{ conclusion: 'success' }])
  })
})

describe('an artifact that is none', () => {
  test.each([
    ['a link', (place: string) => symlink('/etc/passwd', place)],
    ['a folder', (place: string) => mkdir(place)],
    ['text', (place: string) => writeFile(place, '::error::x <!-- cgrade -->')],
  ])('%s: a neutral check that says so, and a comment without a score', async (_what, put) => {
    await using api = await startGitHubApi({ pulls: [pullOfAlice()] })
    await using bench = await openBench()
    await rm(bench.place, { recursive: true, force: true })
    await put(bench.place)
    const run = await bench.run(api, eventOf(), '--json')
    expect(run).toMatchObject({ exitCode: 0 })
    expect(api.state.checkRuns).toMatchObject([
      { conclusion: 'neutral', output: { title: expect.stringMatching(/No score/) } },
    ])
    expect(JSON.stringify(api.state)).not.toMatch(/root:|::error|\d points/)
    expect(JSON.parse(run.stdout)).toMatchObject({ untrusted: expect.stringMatching(/was refused/) })
  })
})
