import { cp, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, test, vi } from 'vitest'
import { type Inbox, makeInbox, quickDockerfile, startCgrade } from '../test-runs.ts'
import { comparableGrades } from '../test-same-grades.ts'
import { onlyNightly } from '../test-skip.ts'
import { startRedis, type TestRedis, whyNoRedis } from './test-redis.ts'

const assignment = ['--assignment', 'cncamp-module3']
/** Enough where it does not matter what is judged. */
const inShort = ['--exercises', 'httpserver']
// A worker that is gone is missed after half a minute, and each process starts Node anew.
vi.setConfig({ testTimeout: 300_000 })
const why = whyNoRedis === undefined ? '' : ` (skipped: ${whyNoRedis})`

async function addQuick(inbox: Inbox, ...ids: string[]): Promise<void> {
  for (const id of ids) await inbox.add(id, { Dockerfile: quickDockerfile }, { server: true })
}

function startBatch(inbox: Inbox, redis: TestRedis, words: string[] = [], env: Record<string, string> = {}) {
  const queue = ['--queue', redis.url, '--queue-wait', '60', ...assignment]
  return startCgrade(['batch', inbox.folder, '--out', inbox.reports, ...queue, ...words], env)
}

function startWorker(redis: TestRedis, words: string[] = [], env: Record<string, string> = {}) {
  return startCgrade(['worker', '--queue', redis.url, '--jobs', '1', ...assignment, ...words], env)
}

/** A worker holds the lock of what it grades. */
async function untilTaken(redis: TestRedis): Promise<void> {
  for (let tries = 0; tries < 900; tries += 1) {
    if ((await redis.keys()).some((key) => key.endsWith(':lock'))) return
    await sleep(100)
  }
  throw new Error('no worker took anything')
}

async function expectEmpty(redis: TestRedis, but: string[] = []): Promise<void> {
  expect((await redis.keys()).filter((key) => !but.includes(key))).toEqual([])
}

const gradedBy = (stderr: string) => stderr.split('\n').flatMap((line) => /^(\S+) {2}graded /.exec(line)?.[1] ?? [])

describe.skipIf(whyNoRedis !== undefined)(`several machines${why}`, () => {
  test('two workers come to the grades of one batch without a queue, each once, and leave nothing in Redis', async () => {
    await using redis = await startRedis()
    await using inbox = await makeInbox()
    await addQuick(inbox, 'a', 'b', '李伟')
    await inbox.add('d-no-dockerfile', { 'README.md': 'nothing yet\n' })
    await inbox.add('e-rejected', { Dockerfile: quickDockerfile })
    await symlink('/etc/passwd', join(inbox.folder, 'e-rejected', 'passwd'))
    const alone = join(inbox.folder, '..', 'alone')
    const first = await startCgrade(['batch', inbox.folder, '--out', alone, '--seed', 's', ...assignment])
    expect(first.exitCode, first.stderr).toBe(0)

    const workers = [startWorker(redis, ['--once']), startWorker(redis, ['--once'])]
    const batch = await startBatch(inbox, redis, ['--seed', 's'])
    expect(batch.exitCode, batch.stderr).toBe(0)
    const ended = await Promise.all(workers)
    expect(
      ended.map(({ exitCode }) => exitCode),
      ended[0]?.stderr,
    ).toEqual([0, 0])
    const graded = ended.flatMap(({ stderr }) => gradedBy(stderr))
    expect(graded.sort()).toEqual(['a', 'b', 'd-no-dockerfile', '李伟'].sort())
    const before = JSON.parse(await readFile(join(alone, 'grades.json'), 'utf8'))
    expect(comparableGrades(await inbox.grades())).toEqual(comparableGrades(before))
    await expectEmpty(redis)
  })

  test('a worker that is killed costs its submission one more try elsewhere', async () => {
    await using redis = await startRedis()
    await using inbox = await makeInbox()
    await addQuick(inbox, 'a', 'b')
    const killed = startWorker(redis)
    const batch = startBatch(inbox, redis, inShort)
    await untilTaken(redis)
    killed.kill('SIGKILL')
    await killed
    const second = startWorker(redis, ['--once'])
    const ended = await batch
    expect(ended.exitCode, ended.stderr).toBe(0)
    expect(ended.stderr).toContain('the worker that had it is gone; it is graded here')
    expect((await inbox.grades()).grades.map(({ status }) => status)).toEqual(['graded', 'graded'])
    await second
    await expectEmpty(redis, ['cgrade:workers'])
  })

  test('Ctrl-C on a worker hands back what it has, and another one grades it', async (context) => {
    onlyNightly(context)
    await using redis = await startRedis()
    await using inbox = await makeInbox()
    await addQuick(inbox, 'a', 'b')
    const first = startWorker(redis)
    const batch = startBatch(inbox, redis, inShort)
    await untilTaken(redis)
    first.kill('SIGINT')
    expect((await first).exitCode).toBe(130)
    const second = startWorker(redis, ['--once'])
    const ended = await batch
    expect(ended.exitCode, ended.stderr).toBe(0)
    expect(ended.stderr).not.toContain('is gone')
    expect((await inbox.grades()).grades.map(({ status }) => status)).toEqual(['graded', 'graded'])
    expect((await second).exitCode).toBe(0)
    await expectEmpty(redis)
  })

  test('Ctrl-C on the batch takes it out of the queue, and workers drop what they have', async (context) => {
    onlyNightly(context)
    await using redis = await startRedis()
    await using inbox = await makeInbox()
    await addQuick(inbox, 'a', 'b', 'c')
    const worker = startWorker(redis, ['--once'])
    const batch = startBatch(inbox, redis, inShort)
    await untilTaken(redis)
    batch.kill('SIGINT')
    const ended = await batch
    expect(ended.exitCode, ended.stderr).toBe(130)
    expect((await inbox.grades()).run.interrupted).toBe(true)
    expect((await worker).exitCode).toBe(0)
    await expectEmpty(redis)
  })

  test('a batch that was killed finds what was graded meanwhile', async (context) => {
    onlyNightly(context)
    await using redis = await startRedis()
    await using inbox = await makeInbox()
    await addQuick(inbox, 'a', 'b')
    const worker = startWorker(redis, ['--once'])
    const batch = startBatch(inbox, redis, inShort)
    await untilTaken(redis)
    batch.kill('SIGKILL')
    await batch
    const resumed = await startCgrade(['batch', '--resume', inbox.reports, '--queue', redis.url])
    expect(resumed.exitCode, resumed.stderr).toBe(0)
    const { stderr } = await worker
    expect((await inbox.grades()).grades.map(({ status }) => status)).toEqual(['graded', 'graded'])
    expect(gradedBy(stderr).sort()).toEqual(['a', 'b'])
    await expectEmpty(redis)
  })

  test('a server that forgets everything is filled again', async (context) => {
    onlyNightly(context)
    await using redis = await startRedis()
    await using inbox = await makeInbox()
    await addQuick(inbox, 'a', 'b', 'c')
    const worker = startWorker(redis)
    const batch = startBatch(inbox, redis, inShort)
    await untilTaken(redis)
    await redis.restart()
    const ended = await batch
    expect(ended.exitCode, ended.stderr).toBe(0)
    expect(ended.stderr).toContain('The queue does not answer; waiting for it.')
    expect((await inbox.grades()).grades.map(({ status }) => status)).toEqual(['graded', 'graded', 'graded'])
    worker.kill('SIGINT')
    await worker
    await expectEmpty(redis)
  })

  test('a worker with other specs takes nothing, and both sides say why', async () => {
    await using redis = await startRedis()
    await using inbox = await makeInbox()
    await addQuick(inbox, 'a')
    const specs = join(inbox.folder, '..', 'specs')
    await cp(fileURLToPath(new URL('../../specs/cncamp-module3', import.meta.url)), specs, { recursive: true })
    const [spec = ''] = (await readdir(specs)).filter((name) => name.endsWith('.spec.ts'))
    await writeFile(join(specs, spec), `${await readFile(join(specs, spec), 'utf8')}// another one\n`)
    const worker = startCgrade(['worker', '--queue', redis.url, '--assignment', specs])
    const batch = await startBatch(inbox, redis, ['--queue-wait', '8', ...inShort])
    worker.kill('SIGINT')
    expect(batch.exitCode, batch.stderr).toBe(3)
    const [grade] = (await inbox.grades()).grades
    expect(grade?.status === 'ungraded' && grade.error).toMatchObject({
      code: 'queue.no-worker',
      message: expect.stringContaining('other specs of `cncamp-module3`'),
    })
    expect(batch.stderr).toMatch(/Worker `.+` takes nothing of this run: the worker has other specs/)
    expect((await worker).stderr).toMatch(/Batch .+ is left to others: the worker has other specs/)
  })

  test('user, password and TLS are supported, and the password is printed nowhere', async (context) => {
    onlyNightly(context)
    await using redis = await startRedis({ password: 'p@ss word', tls: true })
    await using inbox = await makeInbox()
    await addQuick(inbox, 'a')
    const words = ['worker', '--once', ...assignment]
    const trusted = { NODE_EXTRA_CA_CERTS: redis.authority }
    const untrusted = await startCgrade(words, { CGRADE_QUEUE: redis.url })
    expect(untrusted.exitCode).toBe(3)
    expect(untrusted.stderr).toContain('NODE_EXTRA_CA_CERTS')
    const without = await startCgrade(words, { ...trusted, CGRADE_QUEUE: redis.url.replace(/\/\/.*@/, '//') })
    expect(without.exitCode, without.stderr).toBe(2)
    expect(without.stderr).toContain('refuses the user or the password')
    const env = { ...trusted, CGRADE_QUEUE: redis.url }
    const worker = startCgrade(words, env)
    const batch = await startCgrade(['batch', inbox.folder, '--out', inbox.reports, ...inShort, ...assignment], env)
    expect(batch.exitCode, batch.stderr).toBe(0)
    const ended = await worker
    expect(ended.exitCode, ended.stderr).toBe(0)
    const files = (await readdir(inbox.reports, { recursive: true, withFileTypes: true })).filter((one) => one.isFile())
    const texts = await Promise.all(files.map(({ parentPath, name }) => readFile(join(parentPath, name), 'utf8')))
    const printed = [untrusted, without, batch, ended].flatMap(({ stdout, stderr }) => [stdout, stderr])
    for (const text of [...texts, ...printed]) expect(text).not.toMatch(/p@ss|p%40ss/)
  })

  test('a worker without an engine takes nothing and ends with 3', async () => {
    await using redis = await startRedis()
    const ended = await startWorker(redis, [], { DOCKER_HOST: 'unix:///nowhere/docker.sock' })
    expect(ended.exitCode).toBe(3)
    expect(ended.stderr).toContain('engine')
    await expectEmpty(redis)
  })
})

test('a queue that is not there is told at once, by batch and worker', async () => {
  await using inbox = await makeInbox()
  await addQuick(inbox, 'a')
  for (const words of [['batch', inbox.folder, '--out', inbox.reports], ['worker']]) {
    const ended = await startCgrade([...words, '--queue', 'redis://127.0.0.1:1', ...assignment])
    expect(ended.exitCode, ended.stderr).toBe(3)
    expect(ended.stderr).toContain('The queue at redis://127.0.0.1:1 cannot be reached (ECONNREFUSED)')
  }
})

test('what only workers can be told is refused on a batch with a queue', async () => {
  await using inbox = await makeInbox()
  await addQuick(inbox, 'a')
  const words = ['batch', inbox.folder, '--queue', 'redis://127.0.0.1:1', '--mirror', 'mirror.example', ...assignment]
  const ended = await startCgrade(words)
  expect(ended.exitCode).toBe(2)
  expect(ended.stderr).toContain('give it to `cgrade worker`')
})
