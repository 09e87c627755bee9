import { setTimeout as sleep } from 'node:timers/promises'
import type Docker from 'dockerode'
import { beforeAll, expect, test } from 'vitest'
import { connectEngine, runLabel } from './sandbox/engine.ts'
import { type Inbox, leftovers, makeInbox, quickDockerfile, startCgrade } from './test-runs.ts'

/** What is left after a run that did not end by itself: the finished grades, and nothing in the engine. */

let docker: Docker
beforeAll(async () => {
  docker = (await connectEngine()).docker
})

/** A submission that is graded at once, then one that is still building or booting when the signal comes. */
async function fillInbox(inbox: Inbox): Promise<void> {
  await inbox.add('a-quick', { Dockerfile: quickDockerfile }, { server: true })
  await inbox.add('b-slow-build', { Dockerfile: 'FROM busybox\nRUN sleep 100\nCMD ["httpd", "-f"]\n' })
  await inbox.add('c-slow-start', { Dockerfile: 'FROM busybox\nCMD while :; do :; done\n' })
}

async function untilInFlight(run: ReturnType<typeof startCgrade>): Promise<void> {
  const printed = { text: '' }
  run.stderr.on('data', (chunk: Buffer) => {
    printed.text += String(chunk)
  })
  for (let tries = 0; tries < 600; tries += 1) {
    const running = await docker.listContainers({ filters: { label: [runLabel] } })
    if (printed.text.includes('[1/3]') && running.length >= 2) return
    await sleep(200)
  }
  throw new Error(`nothing was in flight:\n${printed.text}`)
}

test('Ctrl-C keeps the finished grades and leaves nothing behind', async () => {
  await using inbox = await makeInbox()
  await fillInbox(inbox)
  const run = startCgrade(['batch', inbox.folder, '--out', inbox.reports, '--jobs', '2'])
  await untilInFlight(run)
  run.kill('SIGINT')
  const ended = await run
  expect(ended.exitCode, ended.stderr).toBe(130)
  const file = await inbox.grades()
  expect(file.run.interrupted).toBe(true)
  expect(file.grades.map((grade) => grade.submission.id)).toEqual(['a-quick'])
  expect(await leftovers(docker)).toEqual([])
})

test('H88: what kill -9 leaves behind is gone after the next start, and its finished grades can be read', async () => {
  await using inbox = await makeInbox()
  await fillInbox(inbox)
  const run = startCgrade(['batch', inbox.folder, '--out', inbox.reports, '--jobs', '2'])
  await untilInFlight(run)
  run.kill('SIGKILL')
  await run
  expect((await leftovers(docker)).length).toBeGreaterThan(0)
  const report = await startCgrade(['report', inbox.reports, '--format', 'json'])
  expect(report.exitCode, report.stderr).toBe(0)
  await using next = await makeInbox()
  await next.add('a-quick', { Dockerfile: quickDockerfile }, { server: true })
  const second = await startCgrade(['batch', next.folder, '--out', next.reports])
  expect(second.exitCode, second.stderr).toBe(0)
  expect(await leftovers(docker)).toEqual([])
})
