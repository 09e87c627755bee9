import { describe, expect, test } from 'vitest'
import type { LogLine } from '../model/verdict.ts'
import { judgeClientAddress, judgeStatus } from './judge-log.ts'
import type { Server, Visit } from './server.ts'

/** Test support: a server that logs `onRequest` after each request, and `always` as well while nobody asks. */

const full = { stdout: 1, stderr: 1 }
const us = '172.18.0.1'
const unguessable = '/maple-3f9a1c77d0'

interface Habits {
  onRequest?: (path: string, status: number) => string[]
  always?: () => string[]
  /** Windows in which the log is still busy with earlier requests. */
  lateWindows?: number
}

function serverThat({ onRequest = () => [], always = () => [], lateWindows = 0 }: Habits): Server {
  const lines = (texts: string[]): LogLine[] => texts.map((text, index) => ({ index, stream: 'stdout', text }))
  const visit = (path: string, status: number): Visit => ({
    exchange: {
      ok: true,
      request: { path, headers: [] },
      status,
      headers: [],
      body: '',
      bodyCut: false,
      localAddress: us,
    },
    lines: lines([...always(), ...onRequest(path, status)]),
    isUnguessable: path === unguessable,
  })
  let windows = 0
  const all = [visit('/', 200), visit('/healthz', 200), visit(unguessable, 404)]
  return {
    accessLog: async () => all,
    visitAlone: async (path: string) => all.find(({ exchange }) => exchange.request.path === path),
    watchLog: async () => lines([...always(), ...(windows++ < lateWindows ? onRequest('/', 200) : [])]),
    logFiles: async () => [],
    log: async () => [],
  } as unknown as Server
}

const verdicts = async (habits: Habits) => {
  const [address, status] = [
    await judgeClientAddress(serverThat(habits), full),
    await judgeStatus(serverThat(habits), full),
  ]
  return [address.reason ?? address.outcome, status.reason ?? status.outcome]
}

let ticks = 0
const guess = () => [`client ${us} status 200`, `${ticks++} client ${us} status 404`]

describe('H07: guessed log lines', () => {
  test('from a clock earn nothing, whatever they guess', async () => {
    expect(await verdicts({ always: guess })).toEqual(['log.without-requests', 'log.without-requests'])
  })

  test('that only ever say 200 are not even half right', async () => {
    expect(await verdicts({ always: () => ['GET / 200'] })).toEqual(['log.no-client-ip', 'log.without-requests'])
  })

  test('take nothing from lines of another kind that come with the requests', async () => {
    const onRequest = (_path: string, status: number) => [`from=${us} code=${status}`]
    expect(await verdicts({ always: guess, onRequest })).toEqual(['passed', 'passed'])
  })
})

test('a line for each request passes, with the path or without it', async () => {
  expect(await verdicts({ onRequest: (path, status) => [`${us} ${path} ${status}`] })).toEqual(['passed', 'passed'])
  expect(await verdicts({ onRequest: (_path, status) => [`${us} ${status}`] })).toEqual(['passed', 'passed'])
})

test('late lines of earlier requests cost nothing', async () => {
  const onRequest = (_path: string, status: number) => [`${us} ${status}`]
  expect(await verdicts({ onRequest, lateWindows: 2 })).toEqual(['passed', 'passed'])
})

test('a server that asks itself all the time is not taken for one that guesses', async () => {
  const onRequest = (_path: string, status: number) => [`${us} ${status}`]
  expect(await verdicts({ onRequest, always: () => ['127.0.0.1 200'] })).toEqual(['passed', 'passed'])
})

test('H07 control: a judge that knows nothing of quiet times takes the guesses for an access log', async () => {
  const server = serverThat({ always: guess })
  server.watchLog = async () => []
  expect([(await judgeClientAddress(server, full)).outcome, (await judgeStatus(server, full)).outcome]).toEqual([
    'passed',
    'passed',
  ])
})
