import {
  check,
  exchangeEvidence,
  judge,
  logEvidence,
  notReached,
  once,
  randomPath,
  randomPort,
  randomWord,
} from '#spec-kit'

check('config.port', 'listens on the port that the environment variable PORT names', async ({ boot }) => {
  const port = randomPort()
  await using server = await boot({ env: { PORT: String(port) }, port })
  judge({ credit: 1, message: `With PORT=${port} it answers on port ${server.facts.port}.` })
})

check(
  'config.greeting',
  'answers GET / with the text of the environment variable GREETING',
  async ({ server, boot }) => {
    await using again = await boot({ env: { GREETING: randomWord() } })
    const runs = []
    for (const one of [server, again]) {
      const greeting = one.env.GREETING ?? ''
      const [answer] = await one.get('/')
      runs.push({ greeting, answer, isGreeted: answer?.ok === true && answer.body.includes(greeting) })
    }
    const missing = runs.find(({ isGreeted }) => !isGreeted)
    if (missing === undefined) {
      judge({ credit: 1, message: `The body of \`GET /\` carries GREETING, for ${runs.length} random values.` })
      return
    }
    const { greeting, answer } = missing
    judge({
      credit: 0,
      message: `With GREETING=${greeting} the body of \`GET /\` does not carry this text. An image that has its settings inside must be built anew for every place where it runs.`,
      expected: `\`${greeting}\` in the body`,
      actual: answer?.ok ? answer.body.slice(0, 300) || '(an empty body)' : 'no answer',
      hint: 'Read it when the program starts: `os.Getenv("GREETING")`, `os.environ["GREETING"]`, `process.env.GREETING`. An `ENV GREETING=...` in the Dockerfile is fine as a default: what is given at the start wins.',
      reproduce: `docker run --rm -e GREETING=${greeting} -p 8080:PORT IMAGE\ncurl -i http://localhost:8080/`,
      evidence: answer === undefined ? [] : [exchangeEvidence(answer)],
    })
  },
)

/** One request on a quiet log, with LOG_LEVEL=debug and without it. */
const watchLogs = once(async ({ server, boot }) => {
  await using loud = await boot({ env: { LOG_LEVEL: 'debug' } })
  const path = randomPath()
  const visit = await loud.visitAlone(path)
  const debugLines = visit.lines.filter(({ text }) => isDebug(text))
  const quiet = await server.visitAlone(randomPath())
  return { path, visit, isDetailed: debugLines.some(({ text }) => text.includes(path)), quiet }
})

check('config.debug-log', 'logs each request on level debug when LOG_LEVEL is debug', async (fixtures) => {
  const { path, visit, isDetailed } = await watchLogs(fixtures)
  const evidence = [logEvidence(visit.lines)]
  if (isDetailed) {
    judge({ credit: 1, message: `With LOG_LEVEL=debug a line with \`debug\` tells of \`GET ${path}\`.`, evidence })
    return
  }
  judge({
    credit: 0,
    message: `With LOG_LEVEL=debug no line with the word \`debug\` tells of \`GET ${path}\`. Who looks for a fault in a cluster must be able to see more without another image.`,
    expected: `a line with \`debug\` and \`${path}\``,
    actual: visit.lines.length === 0 ? 'nothing was printed' : 'other lines, see below',
    hint: 'Read LOG_LEVEL when the program starts and set the level of your logger to it. Log to standard output or standard error, not to a file, and do not keep lines in a buffer (in Python: `ENV PYTHONUNBUFFERED=1`).',
    reproduce: `docker run --rm -e LOG_LEVEL=debug -p 8080:PORT IMAGE\ncurl -i http://localhost:8080${path}`,
    evidence,
  })
})

check('config.quiet-log', 'logs nothing on level debug when LOG_LEVEL is not set', async (fixtures) => {
  const { isDetailed, quiet } = await watchLogs(fixtures).catch((thrown) => notReached('config.debug-log', thrown))
  // A log without debug lines at all is no merit.
  if (!isDetailed) notReached('config.debug-log')
  const { path } = quiet.exchange.request
  const found = quiet.lines.filter(({ text }) => isDebug(text))
  if (found.length === 0) {
    judge({ credit: 1, message: `Without LOG_LEVEL no line with \`debug\` follows \`GET ${path}\`.` })
    return
  }
  judge({
    credit: 0,
    message:
      'Lines with `debug` are printed although LOG_LEVEL is not set. In a cluster they fill disks and hide what matters.',
    expected: 'no line with `debug`',
    actual: found.length === 1 ? 'one line' : `${found.length} lines`,
    hint: 'The usual level is info: take it where LOG_LEVEL is missing or empty, and print debug lines only where it is `debug`.',
    reproduce: `docker run --rm -p 8080:PORT IMAGE\ncurl -i http://localhost:8080${path}`,
    evidence: [logEvidence(found)],
  })
})

function isDebug(text: string): boolean {
  return /debug/i.test(text)
}
