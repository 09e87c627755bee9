import { describe, expect, test } from 'vitest'
import type { GitHubState } from './test-github-api.ts'
import { eventOf, fileOf, graded, gradeOf, openAlice, openBench } from './test-publish.ts'

const commented = (login: string, type: string, on: Partial<GitHubState['comments'][number]> = {}) => ({
  id: 10,
  issue: 7,
  body: '<!-- cgrade -->\nold words',
  user: { login, type },
  ...on,
})

describe('the one comment', () => {
  test('of the bot is updated where it is', async () => {
    await using course = await openAlice({ comments: [commented('github-actions[bot]', 'Bot')] })
    await course.bench.run(course.api, eventOf())
    expect(course.api.state.comments).toMatchObject([{ id: 10, body: expect.stringContaining('Score') }])
  })

  test.each([
    ['alice', 'User'],
    ['github-actions[bot]', 'User'],
    ['other-app[bot]', 'Bot'],
  ])('of %s (%s) with our marker is left alone', async (login, type) => {
    const theirs = commented(login, type)
    await using course = await openAlice({ comments: [theirs] })
    await course.bench.run(course.api, eventOf())
    expect(course.api.state.comments).toMatchObject([theirs, { body: expect.stringContaining('Score') }])
    expect(course.api.state.comments).toHaveLength(2)
  })

  test('that quotes our marker further down is not ours', async () => {
    const quoting = commented('github-actions[bot]', 'Bot', { body: 'another workflow\n<!-- cgrade -->' })
    await using course = await openAlice({ comments: [quoting] })
    await course.bench.run(course.api, eventOf())
    expect(course.api.state.comments[0]).toEqual(quoting)
  })

  test('is found on the last of many pages', async () => {
    const talk = Array.from({ length: 230 }, (_, index) => commented('bob', 'User', { id: index + 1, body: 'hello' }))
    await using course = await openAlice({ comments: [...talk, commented('github-actions[bot]', 'Bot', { id: 999 })] })
    await course.bench.run(course.api, eventOf())
    expect(course.api.state.comments).toHaveLength(231)
  })

  test('stays one when two publishes race', async () => {
    await using course = await openAlice()
    let waiting = 0
    let release = () => {}
    const both = new Promise<void>((resolve) => {
      release = resolve
    })
    // Both have seen that there is none before either makes one.
    course.api.state.before = async ({ method, path }) => {
      if (method !== 'POST' || !path.endsWith('/comments')) return undefined
      waiting += 1
      if (waiting === 2) release()
      await both
      return undefined
    }
    await using second = await openBench(fileOf(gradeOf('alice')))
    const runs = await Promise.all([
      course.bench.run(course.api, eventOf()),
      second.run(course.api, eventOf({ run_attempt: 2 })),
    ])
    expect(runs.map(({ exitCode }) => exitCode)).toEqual([0, 0])
    expect(waiting).toBe(2)
    expect(course.api.state.comments).toHaveLength(1)
  })

  test('of a later run is not overwritten by an earlier one that comes late', async () => {
    await using course = await openAlice()
    await course.bench.run(course.api, eventOf({ id: 5000 }))
    const [before] = course.api.state.comments.map(({ body }) => body)
    await course.bench.put(fileOf(gradeOf('alice', { 'httpserver.version': { outcome: 'failed' } })))
    await course.bench.run(course.api, eventOf({ id: 4999 }))
    expect(course.api.state.comments.map(({ body }) => body)).toEqual([before])
  })

  test('that is removed while it is updated is made anew', async () => {
    await using course = await openAlice({ comments: [commented('github-actions[bot]', 'Bot')] })
    course.api.state.before = ({ method }) => {
      if (method === 'PATCH') course.api.state.comments = []
      return undefined
    }
    expect(await course.bench.run(course.api, eventOf())).toMatchObject({ exitCode: 0 })
    expect(course.api.state.comments).toMatchObject([{ body: expect.stringContaining('Score') }])
  })

  test('is not made on a pull request that got another commit while the check was written', async () => {
    await using course = await openAlice()
    course.api.state.before = ({ method, path }) => {
      const [pull] = course.api.state.pulls
      if (method === 'POST' && path.endsWith('/check-runs') && pull !== undefined) {
        course.api.state.commits.push(graded)
        pull.head = { ...pull.head, sha: 'c'.repeat(40) }
      }
      return undefined
    }
    expect(await course.bench.run(course.api, eventOf())).toMatchObject({ exitCode: 0 })
    expect(course.api.state.comments).toEqual([])
    expect(course.api.state.checkRuns).toHaveLength(1)
  })
})
