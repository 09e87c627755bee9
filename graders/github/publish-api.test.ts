import { describe, expect, test } from 'vitest'
import { type GitHubState, startGitHubApi } from './test-github-api.ts'
import { eventOf, failOnce, openAlice } from './test-publish.ts'

describe('when GitHub has trouble', () => {
  test('a server error is waited for', async () => {
    await using course = await openAlice({ before: failOnce('GET', /files/, { status: 502, body: 'bad gateway' }) })
    expect(await course.bench.run(course.api, eventOf())).toMatchObject({ exitCode: 0 })
    expect(course.api.state.comments).toHaveLength(1)
  })

  test('a write that is answered with a server error is looked after, and done once', async () => {
    let failures = 0
    const before: GitHubState['before'] = ({ method, path }) => {
      if (method !== 'POST' || !path.endsWith('/check-runs') || failures === 2) return undefined
      failures += 1
      return { status: 502, body: {} }
    }
    await using course = await openAlice({ before })
    expect(await course.bench.run(course.api, eventOf())).toMatchObject({ exitCode: 0 })
    expect(course.api.state.checkRuns).toHaveLength(1)
  })

  test('a rate limit is waited for as long as GitHub asks', async () => {
    const limited = { status: 403, headers: { 'retry-after': '1' }, body: { message: 'secondary rate limit' } }
    await using course = await openAlice({ before: failOnce('POST', /comments/, limited) })
    const began = Date.now()
    expect(await course.bench.run(course.api, eventOf())).toMatchObject({ exitCode: 0 })
    expect(Date.now() - began).toBeGreaterThanOrEqual(1000)
    expect(course.api.state.comments).toHaveLength(1)
  })

  test('a rate limit that lasts too long is ours, and what was not written is said', async () => {
    const reset = String(Math.round(Date.now() / 1000) + 3600)
    const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset }
    const limited = { status: 429, headers, body: { message: 'API rate limit exceeded' } }
    await using course = await openAlice({ before: ({ method }) => (method === 'POST' ? limited : undefined) })
    const run = await course.bench.run(course.api, eventOf())
    expect(run).toMatchObject({ exitCode: 3 })
    expect(run.stderr).toMatch(/rate limit is reached.*Not written: the check `cgrade` and the comment/)
  })

  test.each(['check-runs', 'comments'])(
    'a POST of %s that was carried out without an answer is not repeated',
    async (what) => {
      let isDone = false
      await using course = await openAlice({
        after: ({ method, path }) => {
          if (isDone || method !== 'POST' || !path.endsWith(what)) return undefined
          isDone = true
          return 'drop'
        },
      })
      expect(await course.bench.run(course.api, eventOf())).toMatchObject({ exitCode: 0 })
      expect(isDone).toBe(true)
      expect(course.api.state.checkRuns).toHaveLength(1)
      expect(course.api.state.comments).toHaveLength(1)
    },
  )

  test('a check run that is gone is made anew', async () => {
    await using course = await openAlice()
    await course.bench.run(course.api, eventOf())
    course.api.state.before = ({ method }) =>
      method === 'PATCH' ? { status: 404, body: { message: 'Not Found' } } : undefined
    expect(await course.bench.run(course.api, eventOf())).toMatchObject({ exitCode: 0 })
    expect(course.api.state.checkRuns).toHaveLength(2)
  })

  test('nobody answers: ours, exit code 3', async () => {
    await using course = await openAlice()
    const run = await course.bench.run({ url: 'http://127.0.0.1:9', state: course.api.state }, eventOf())
    expect(run).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('could not be asked') })
  })

  test('an answer of another shape is no pull request', async () => {
    await using course = await openAlice({ before: failOnce('GET', /pulls/, { status: 200, body: [{ number: 'x' }] }) })
    expect(await course.bench.run(course.api, eventOf())).toMatchObject({ exitCode: 3 })
  })
})

describe('the token', () => {
  test('goes to no other host', async () => {
    await using elsewhere = await startGitHubApi()
    const away = { status: 302, headers: { location: `${elsewhere.url}/repos/x` } }
    await using course = await openAlice({ before: failOnce('GET', /pulls/, away) })
    expect(await course.bench.run(course.api, eventOf())).toMatchObject({
      exitCode: 3,
      stderr: expect.stringMatching(/another host/),
    })
    expect(elsewhere.requests).toEqual([])
  })

  test('is followed where the same host says that the repository moved', async () => {
    await using course = await openAlice()
    const moved = `${course.api.url}/repos/course/homework/pulls?head=alice%3Ahomework`
    course.api.state.before = failOnce('GET', /pulls\?/, { status: 301, headers: { location: moved } })
    expect(await course.bench.run(course.api, eventOf())).toMatchObject({ exitCode: 0 })
  })

  test('that is not valid is wrong use, and is never printed', async () => {
    await using course = await openAlice()
    const state = { ...course.api.state, token: 'ghs_SomethingElseEntirely' }
    const run = await course.bench.run({ url: course.api.url, state }, eventOf())
    expect(run).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('GITHUB_TOKEN is not valid') })
    expect(run.stdout + run.stderr).not.toContain('ghs_')
  })

  test.each([
    ['checks', /Not written: the check `cgrade`\. Written: the comment/],
    ['pull-requests', /Not written: the comment\. Written: the check/],
  ])('without `%s: write` writes the rest, and says what to grant', async (missing, said) => {
    await using course = await openAlice()
    course.api.state.permissions = { ...course.api.state.permissions, [missing]: 'read' }
    const run = await course.bench.run(course.api, eventOf())
    expect(run).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(said) })
    expect(run.stderr).toContain('permissions: {')
    expect(course.api.state.checkRuns.length + course.api.state.comments.length).toBe(1)
  })

  test.each([
    ['GITHUB_API_URL', 'http://api.github.com', /expects an address with https/],
    ['GITHUB_API_URL', 'http://127.evil.example', /expects an address with https/],
    ['GITHUB_REPOSITORY', '../x', /expects `owner\/name`/],
    ['GITHUB_TOKEN', 'a\nb', /characters that no token has/],
    ['GITHUB_TOKEN', '', /GITHUB_TOKEN is missing/],
  ])('%s=%j is refused before anything is asked', async (name, value, said) => {
    await using course = await openAlice()
    const run = await course.bench.run(course.api, eventOf(), `--set=${name}=${value}`)
    expect(run).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(said) })
    expect(course.api.requests).toEqual([])
  })
})
