import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeInbox, quickDockerfile, startCgrade } from '../../test-runs.ts'

/** What a spec sees of an end, in a real container of a server that ends at SIGTERM with exit code 15, always on port 8000. */

const ids = ['in-time', 'code', 'ignored', 'twice', 'port', 'own-words', 'after']
const spec = `
import { check, expect, judge, notReached, once } from '#spec-kit'
const watchEnd = once(async ({ boot }) => {
  await using again = await boot({})
  return again.stop()
})
check('web.in-time', 'ends in time', async (fixtures) => { expect(await watchEnd(fixtures)).toHaveStoppedInTime() })
check('web.code', 'ends with 0', async (fixtures) => { expect(await watchEnd(fixtures)).toHaveExitedWith(0) })
check('web.ignored', 'ends after SIGHUP, which is ignored', async ({ boot }) => {
  await using again = await boot({})
  expect(await again.stop({ signal: 'SIGHUP', graceMs: 1_000 })).toHaveStoppedInTime()
})
check('web.twice', 'ends a second time', async ({ boot }) => {
  await using again = await boot({})
  await again.stop()
  expect((await again.stop()).ended).toBe('before')
})
check('web.port', 'listens where it is told', async ({ boot }) => {
  await using again = await boot({ port: 34_567, env: { PORT: '34567' } })
  judge({ credit: 1, message: again.facts.address })
})
check('web.own-words', 'is worth a quarter', () => { judge({ credit: 0.25, message: 'Some of it.', hint: 'Do more.' }) })
check('web.after', 'comes after it', () => { notReached('web.own-words') })
`
const checks = ids.map((id) => ({ id: `web.${id}`, points: 4 }))
const assignment = { id: 'web', title: 'Web', exercises: [{ id: 'web', title: 'Web', checks }] }

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cgrade-stop-'))
  await writeFile(join(folder, 'assignment.ts'), `export default ${JSON.stringify(assignment)}\n`)
  await writeFile(join(folder, 'web.spec.ts'), spec)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

test('an end is seen with its time, its exit code and the process that got the signal', async () => {
  await using inbox = await makeInbox()
  await inbox.add('quick', { Dockerfile: quickDockerfile }, { server: true })
  const args = ['batch', inbox.folder, '--assignment', folder, '--out', inbox.reports, '--jobs', '1']
  const ended = await startCgrade(args)
  expect(ended.exitCode, ended.stderr).toBe(0)
  const { grades } = await inbox.grades()
  const seen = new Map(grades[0]?.exercises[0]?.checks.map((check) => [check.id.slice('web.'.length), check]))
  expect(seen.get('in-time')).toMatchObject({ outcome: 'passed', evidence: [{ text: 'first process: /hs' }, {}] })
  expect(seen.get('code')).toMatchObject({ outcome: 'failed', reason: 'stop.exit-code', actual: 'exit code 15' })
  expect(seen.get('ignored')).toMatchObject({ outcome: 'failed', reason: 'stop.not-in-time' })
  expect(seen.get('twice')).toMatchObject({ outcome: 'passed' })
  expect(seen.get('port')).toMatchObject({ outcome: 'failed', reason: 'boot.other-port', actual: 'port 8000' })
  expect(seen.get('own-words')).toMatchObject({ outcome: 'partial', points: 1, message: 'Some of it.' })
  expect(seen.get('after')).toMatchObject({ outcome: 'skipped', because: 'web.own-words' })
})
