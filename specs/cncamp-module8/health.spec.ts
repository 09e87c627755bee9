import {
  check,
  exchangeEvidence,
  expect,
  type HttpExchange,
  judge,
  notReached,
  once,
  randomPath,
  type Server,
} from '#spec-kit'
import assignment from './assignment.ts'

const { warmUpSeconds, longWarmUpSeconds, readySlackSeconds } = assignment.settings
const hint =
  'Remember in a variable whether the warm-up is over, and let the handler of `/readyz` look at it: 503 before, 200 after. Let the server listen from the first moment, and warm up beside it.'

check('health.alive', 'answers GET /healthz with 200', async ({ server }) => {
  expect(await server.get('/healthz')).toAnswer(200, await server.get(randomPath()))
})

interface Asked {
  /** How old the server was, at most, when it had answered. */
  ageMs: number
  exchange: HttpExchange
}

/** A start with a warm-up; where the start itself took longer than that, one with a long warm-up. */
const watchWarmUp = once(async ({ boot }) => {
  for (const seconds of [warmUpSeconds, longWarmUpSeconds]) {
    await using server = await boot({ env: { WARMUP_SECONDS: String(seconds) } })
    const asked = await askUntilReady(server, seconds + readySlackSeconds)
    const early = asked.filter(({ ageMs }) => ageMs < seconds * 1_000)
    if (early.length > 0 || seconds === longWarmUpSeconds) return { seconds, asked, early }
  }
  throw new Error('a loop over two warm-ups ended without one')
})

async function askUntilReady(server: Server, seconds: number): Promise<Asked[]> {
  const asked: Asked[] = []
  while (server.ageMs() < seconds * 1_000) {
    const [exchange] = await server.get('/readyz')
    if (exchange === undefined) break
    asked.push({ ageMs: server.ageMs(), exchange })
    if (isReady(exchange)) break
    await server.watchLog(200)
  }
  return asked
}

check('health.ready', 'answers GET /readyz with 200 when its warm-up is over', async (fixtures) => {
  const { seconds, asked } = await watchWarmUp(fixtures)
  const last = asked.at(-1)
  if (last !== undefined && isReady(last.exchange)) {
    const evidence = [exchangeEvidence(last.exchange)]
    judge({ credit: 1, message: `With WARMUP_SECONDS=${seconds} \`GET /readyz\` came to answer 200.`, evidence })
    return
  }
  judge({
    credit: 0,
    isLate: true,
    message: `With WARMUP_SECONDS=${seconds} \`GET /readyz\` never answered 200, though we asked for ${seconds + readySlackSeconds} seconds. Kubernetes would never send anybody to it.`,
    expected: `200 after ${seconds} seconds`,
    actual: shortly(last?.exchange),
    hint,
    reproduce: `docker run --rm -e WARMUP_SECONDS=${seconds} -p 8080:PORT IMAGE\nwhile sleep 1; do curl -s -o /dev/null -w '%{http_code}\\n' http://localhost:8080/readyz; done`,
    evidence: last === undefined ? [] : [exchangeEvidence(last.exchange)],
  })
})

check('health.not-ready-yet', 'is not ready before its warm-up is over', async (fixtures) => {
  const { seconds, asked, early } = await watchWarmUp(fixtures).catch((thrown) => notReached('health.ready', thrown))
  const last = asked.at(-1)
  if (last === undefined || !isReady(last.exchange)) notReached('health.ready')
  const tooEarly = early.find(({ exchange }) => isReady(exchange))
  const [first] = early
  if (first !== undefined && tooEarly === undefined) {
    const evidence = [exchangeEvidence(first.exchange)]
    judge({
      credit: 1,
      message: `During the warm-up \`GET /readyz\` is answered with ${shortly(first.exchange)}.`,
      evidence,
    })
    return
  }
  judge({
    credit: 0,
    isLate: tooEarly === undefined,
    message:
      tooEarly === undefined
        ? `With WARMUP_SECONDS=${seconds} the server did not listen before its warm-up was over: nobody could ask whether it is ready, and \`/healthz\` says nothing either. Kubernetes would take it for dead.`
        : `With WARMUP_SECONDS=${seconds} \`GET /readyz\` answered 200 when the server was less than ${Math.ceil(tooEarly.ageMs / 1_000)} s old. Kubernetes would send users to a server that cannot serve them yet.`,
    expected: `503 for the first ${seconds} seconds`,
    actual: tooEarly === undefined ? 'no answer at all' : '200',
    hint,
    reproduce: `docker run --rm -e WARMUP_SECONDS=${seconds} -p 8080:PORT IMAGE &\nsleep 1; curl -i http://localhost:8080/readyz`,
    evidence: tooEarly === undefined ? [] : [exchangeEvidence(tooEarly.exchange)],
  })
})

function isReady(exchange: HttpExchange): boolean {
  return exchange.ok && exchange.status === 200
}

function shortly(exchange: HttpExchange | undefined): string {
  if (exchange === undefined) return 'no answer'
  return exchange.ok ? String(exchange.status) : 'no answer'
}
