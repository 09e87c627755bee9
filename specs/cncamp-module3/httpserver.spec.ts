import { check, expect, randomHeaders, randomPath, randomVersion } from '#spec-kit'
import assignment from './assignment.ts'

const streamCredit = { stdout: assignment.settings.stdoutCredit, stderr: assignment.settings.stderrCredit }

check('httpserver.builds', 'the Dockerfile builds an image from what was handed in', ({ build }) => {
  expect(build).toHaveBuilt()
})

check('httpserver.serves', 'a container of the image starts and answers HTTP from outside', ({ start }) => {
  expect(start).toHaveStarted()
})

check('httpserver.header-echo', 'writes the headers of a request into the response headers', async ({ server }) => {
  const sent = randomHeaders(5)
  const answers = await server.get(server.routes, { headers: sent, times: 3 })
  expect(answers).toEchoHeaders(sent)
})

check(
  'httpserver.version',
  'puts the environment variable VERSION into a response header',
  async ({ server, boot }) => {
    await using again = await boot({ env: { VERSION: randomVersion() } })
    const runs = await Promise.all(
      [server, again].map(async (one) => ({ value: one.env.VERSION, answers: await one.get(one.routes) })),
    )
    expect(runs).toCarryEnvironment('VERSION')
  },
)

check('httpserver.log-client-ip', 'logs the IP address of the client', async ({ server }) => {
  await expect(server).toLogClientAddress(streamCredit)
})

check('httpserver.log-status', 'logs the HTTP status code of the answer', async ({ server }) => {
  await expect(server).toLogStatus(streamCredit)
})

check('httpserver.healthz', 'answers GET /healthz with 200', async ({ server }) => {
  const answers = await server.get('/healthz')
  const control = await server.get(randomPath())
  expect(answers).toAnswer(200, control)
})
