import { check, exchangeEvidence, expect, judge, notReached, once, randomWord } from '#spec-kit'
import assignment from './assignment.ts'

const { graceSeconds, workSeconds } = assignment.settings

/** One end: a request is open when SIGTERM comes, and others come after it. */
const watchEnd = once(async ({ boot }) => {
  await using server = await boot({})
  const id = randomWord()
  const work = await server.begin(`/work?seconds=${workSeconds}&id=${id}`)
  const wasOpen = work.isOpen()
  const stopping = server.stop({ signal: 'SIGTERM', graceMs: graceSeconds * 1_000 })
  const [readiness, newWork, answer, stop] = await Promise.all([
    server.askWhile(work, '/readyz'),
    server.askWhile(work, `/work?seconds=0&id=${randomWord()}`),
    work.answer,
    stopping,
  ])
  return { id, wasOpen, answer, readiness, newWork, stop }
})

type End = Awaited<ReturnType<typeof watchEnd>>

check('shutdown.exits-in-time', `ends within ${graceSeconds} seconds of SIGTERM`, async (fixtures) => {
  expect((await watchEnd(fixtures)).stop).toHaveStoppedInTime()
})

check('shutdown.finishes-request', 'finishes the request that is open when SIGTERM comes', async (fixtures) => {
  const end = await watchEnd(fixtures).catch((thrown) => notReached('shutdown.exits-in-time', thrown))
  requireEnd(end)
  if (end.wasOpen) {
    expect(end.answer).toBeFinished(end.id)
    return
  }
  const { path } = end.answer.request
  judge({
    credit: 0,
    message: `\`GET ${path}\` had its answer at once, so there was no open request to finish. A task that takes its time is what a graceful end is for.`,
    expected: `200 after ${workSeconds} seconds, with \`${end.id}\` in the body`,
    actual: end.answer.ok ? `${end.answer.status} at once` : 'no answer',
    hint: 'Add the handler `/work` of the task: wait as many seconds as `seconds` says, then answer `done` and the value of `id`.',
    reproduce: `time curl -i 'http://localhost:PORT${path}'`,
    evidence: [exchangeEvidence(end.answer)],
  })
})

check('shutdown.not-ready', 'is no longer ready after SIGTERM', async (fixtures) => {
  const end = await watchEnd(fixtures).catch((thrown) => notReached('shutdown.exits-in-time', thrown))
  requireFinished(end)
  expect(end.readiness).toBeTurnedAway()
})

check('shutdown.turns-away', 'takes no new work after SIGTERM', async (fixtures) => {
  const end = await watchEnd(fixtures).catch((thrown) => notReached('shutdown.exits-in-time', thrown))
  requireFinished(end)
  expect(end.newWork).toBeTurnedAway()
})

check('shutdown.exit-code', 'ends with exit code 0 after SIGTERM', async (fixtures) => {
  const end = await watchEnd(fixtures).catch((thrown) => notReached('shutdown.exits-in-time', thrown))
  requireEnd(end)
  expect(end.stop).toHaveExitedWith(0)
})

/** A program that never hears the signal finishes everything, and that is no merit. */
function requireEnd({ stop }: End): void {
  if (stop.ended !== 'in-time') notReached('shutdown.exits-in-time')
}

/** A program that is gone at once turns everybody away, and that is no merit either. */
function requireFinished(end: End): void {
  requireEnd(end)
  const { answer, id, wasOpen } = end
  if (!wasOpen || !answer.ok || !answer.body.includes(id)) notReached('shutdown.finishes-request')
}
