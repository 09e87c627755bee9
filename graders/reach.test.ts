import { connect, createServer } from 'node:net'
import { execa } from 'execa'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Grade } from './model/grade.ts'
import { createBaseImages } from './sandbox/bases/base-images.ts'
import { connectEngine, ownerLabel, ownerOfThisProcess, runLabel } from './sandbox/engine.ts'
import { reachVariable } from './sandbox/reach/reach.ts'
import { startTestEngine, type TestEngine } from './sandbox/test-engine.ts'
import { type Inbox, leftovers, makeInbox, quickDockerfile, startCgrade } from './test-runs.ts'
import { onlyNightly } from './test-skip.ts'

/** Grading where this machine cannot come to the containers: a relay changes nothing about a grade. */

const root = process.getuid?.() === 0
const needsRoot = root ? '' : ' (skipped: a second engine needs root)'
const onBusybox = (command: string) => `FROM busybox\nRUN mkdir /www && echo hello >/www/index.html\nCMD ${command}\n`

async function fillInbox(inbox: Inbox): Promise<void> {
  const add = (id: string, Dockerfile: string) => inbox.add(id, { Dockerfile })
  await inbox.add('answers', { Dockerfile: quickDockerfile }, { server: true })
  await add('ends', onBusybox('echo done'))
  await add('listens-never', onBusybox('sleep 1000'))
  await add('listens-on-loopback', onBusybox('httpd -f -p 127.0.0.1:8080 -h /www'))
  await add('listens-on-two-ports', onBusybox('httpd -p 9100 -h /tmp; httpd -f -p 8080 -h /www'))
  await add('speaks-something-else', onBusybox('nc -ll -p 8080 -e echo hello'))
}

async function gradesOf(inbox: Inbox, env: Record<string, string>): Promise<Map<string, Grade>> {
  const run = await startCgrade(['batch', inbox.folder, '--out', inbox.reports, '--jobs', '2'], env)
  expect(run.exitCode, run.stderr).toBe(0)
  return new Map((await inbox.grades()).grades.map((grade) => [grade.submission.id, grade]))
}

/** What a student and a TA read of a grade, less what differs between any two runs. */
function essenceOf(grade: Grade | undefined) {
  return {
    status: grade?.status,
    score: grade?.status === 'graded' ? [grade.score, grade.maxScore] : undefined,
    port: grade?.exercises[0]?.found.port,
    checks: grade?.exercises.flatMap(({ checks }) =>
      checks.map(({ id, outcome, points, reason }) => ({ id, outcome, points, reason })),
    ),
  }
}

describe('on the engine of this machine', () => {
  let direct: Map<string, Grade>
  let relayed: Map<string, Grade>

  beforeAll(async () => {
    await using first = await makeInbox()
    await fillInbox(first)
    direct = await gradesOf(first, {})
    await using second = await makeInbox()
    await fillInbox(second)
    relayed = await gradesOf(second, { [reachVariable]: 'relay' })
  }, 600_000)

  test.each([
    'answers',
    'ends',
    'listens-never',
    'listens-on-loopback',
    'listens-on-two-ports',
    'speaks-something-else',
  ])('%s gets the same grade through a relay', (id) => {
    expect(direct.has(id)).toBe(true)
    expect(essenceOf(relayed.get(id))).toEqual(essenceOf(direct.get(id)))
  })

  test('a right server has full marks both ways, and leaves nothing behind', async () => {
    const grade = relayed.get('answers')
    expect(grade?.status === 'graded' && grade.score === grade.maxScore).toBe(true)
    const { docker } = await connectEngine()
    expect(await leftovers(docker)).toEqual([])
  })
})

describe('on an engine in a network of its own', () => {
  test.skipIf(!root).for(['through its socket', 'from another machine'])(
    `grades %s${needsRoot}`,
    async (how, context) => {
      if (how !== 'from another machine') onlyNightly(context)
      await using engine = await startTestEngine({ unroutable: true })
      await giveBusybox(engine)
      await using line = how === 'from another machine' ? await openTcpLine(engine.endpoint) : undefined
      await using inbox = await makeInbox()
      await inbox.add('answers', { Dockerfile: quickDockerfile }, { server: true })
      await inbox.add('listens-on-loopback', { Dockerfile: onBusybox('httpd -f -p 127.0.0.1:8080 -h /www') })
      const grades = await gradesOf(inbox, { DOCKER_HOST: line?.endpoint ?? engine.endpoint })
      const right = grades.get('answers')
      expect(right?.status === 'graded' && right.score === right.maxScore).toBe(true)
      expect(essenceOf(grades.get('listens-on-loopback')).checks).toContainEqual(
        expect.objectContaining({ outcome: 'failed', reason: 'boot.loopback-only' }),
      )
      expect(await engine.docker.listContainers({ all: true })).toEqual([])
    },
  )
})

/** That engine has no network to pull it, and making a stand-in takes a minute: the machine's engine has one. */
async function giveBusybox({ docker, endpoint }: TestEngine): Promise<void> {
  const machine = await connectEngine()
  const runLabels = { [runLabel]: 'test-reach', [ownerLabel]: await ownerOfThisProcess() }
  const bases = createBaseImages(machine, { standIns: true, say: () => {}, runLabels })
  const { id } = await bases.prepare('busybox', {})
  await execa('sh', ['-c', `docker --host ${machine.endpoint} save ${id} | docker --host ${endpoint} load`])
  await docker.getImage(id).tag({ repo: 'busybox', tag: 'latest' })
  await bases.dispose()
}

/** The engine as a machine elsewhere shows it: over TCP, so that nothing of it counts as local. */
async function openTcpLine(socketEndpoint: string): Promise<{ endpoint: string } & AsyncDisposable> {
  const path = socketEndpoint.replace('unix://', '')
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = connect({ path, allowHalfOpen: true })
    near.pipe(far).pipe(near)
    near.on('error', () => far.destroy())
    far.on('error', () => near.destroy())
  })
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port))
  })
  return {
    endpoint: `tcp://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      server.close()
    },
  }
}
