import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CheckRecord, GradesFile } from '../../model/grade.ts'
import {
  type DockerRegistry,
  findDockerRegistry,
  startDockerRegistry,
  student,
} from '../../probes/test-docker-registry.ts'
import { connectEngine, type Engine } from '../../sandbox/engine.ts'
import { leftovers, makeInbox, quickDockerfile, startCgrade } from '../../test-runs.ts'
import { skipBecause } from '../../test-skip.ts'
import { pushImage } from './test-push.ts'

/** Through the command line, with images that the engine has pushed to a real registry that wants a password. */

const specs = fileURLToPath(new URL('../../../specs/cncamp-module3/', import.meta.url))
const dockerfile = `${quickDockerfile}ENV VERSION=1.0 MODE=plain\nEXPOSE 8000\n`
const otherSettings = `${quickDockerfile}ENV VERSION=0.9 MODE=other\n`
const otherProgram = 'FROM scratch\nCOPY hs /nginx\nENTRYPOINT ["/nginx"]\n'

let engine: Engine
let registry: DockerRegistry | undefined
let folder: string
let run: Run
let pullRun: Run

interface Run {
  file: GradesFile
  exitCode: number | undefined
  printed: string
}

beforeAll(async () => {
  engine = await connectEngine()
  const program = await findDockerRegistry()
  if (program === undefined) return
  registry = await startDockerRegistry(program, 'basic')
  const { host } = registry
  await pushImage(engine, `${host}/alice/httpserver:v1`, dockerfile, student)
  await pushImage(engine, `${host}/bob/httpserver:old`, otherSettings, student)
  await pushImage(engine, `${host}/carol/web:v1`, otherProgram, student)
  await pushImage(engine, `${host}/dave/httpserver:v1`, dockerfile, student, Buffer.from('no program\n'))
  folder = await mkdtemp(join(tmpdir(), 'cgrade-pushed-'))
  run = await gradeAll(host, false, casesFor(host))
  pullRun = await gradeAll(host, true, {
    same: { 'README.md': `docker push ${host}/alice/httpserver:v1\n` },
    'same-again': { 'README.md': `docker push ${host}/alice/httpserver:v1\n` },
    broken: { 'README.md': `docker push ${host}/dave/httpserver:v1\n` },
    'both-broken': { hs: 'no program\n', 'README.md': `docker push ${host}/dave/httpserver:v1\n` },
  })
}, 400_000)
afterAll(async () => {
  await registry?.[Symbol.asyncDispose]()
  if (folder !== undefined) await rm(folder, { recursive: true, force: true })
})

function casesFor(host: string): Record<string, Record<string, string>> {
  return {
    told: { 'README.md': `# Server\n\n    $ docker push ${host}/alice/httpserver:v1\n` },
    made: { Makefile: `IMAGE ?= ${host}/alice/httpserver\nTAG := v1\npush:\n\tdocker push $(IMAGE):$(TAG)\n` },
    named: { 'cgrade.yml': `registry:\n  image: ${host}/alice/httpserver:v1\n` },
    half: { 'push.sh': `docker tag web ${host}/bob/httpserver:old\n` },
    foreign: { 'cgrade.yml': `registry: {image: "${host}/carol/web:v1"}\n` },
    pulls: { 'README.md': `docker pull ${host}/carol/web:v1\n` },
    missing: { 'README.md': `docker push ${host}/alice/httpserver:v2\n` },
    older: { 'README.md': `docker push ${host}/alice/httpserver:v2\ndocker push ${host}/alice/httpserver:v1\n` },
    doubtful: { 'README.md': `docker push ${host}/alice/httpserver:v2\ndocker push nowhere.invalid/a/b\n` },
    unreachable: { 'README.md': 'docker push nowhere.invalid/alice/httpserver:v1\n' },
    'own-machine': { 'README.md': 'docker push localhost:5000/httpserver:v1\n' },
    'bad-name': { 'cgrade.yml': 'registry: {image: "Alice/HTTP Server"}\n' },
    unbuilt: { Dockerfile: 'FORM scratch\n', 'README.md': `docker push ${host}/alice/httpserver:v1\n` },
  }
}

async function gradeAll(host: string, pull: boolean, cases: Record<string, Record<string, string>>): Promise<Run> {
  const course = join(folder, `pull-${pull}`)
  await cp(specs, course, { recursive: true })
  const assignment = join(course, 'assignment.ts')
  const settings = `registry: { hosts: ['${host}', 'nowhere.invalid'], examples: ['cr7258/http-server'], pull: ${pull} }`
  await writeFile(assignment, (await readFile(assignment, 'utf8')).replace(/registry: \{[^}]*\}/, settings))
  await using inbox = await makeInbox()
  for (const [id, files] of Object.entries(cases)) {
    await inbox.add(id, { Dockerfile: dockerfile, ...files }, { server: files.hs === undefined })
  }
  const words = ['batch', inbox.folder, '--out', inbox.reports, '--assignment', course]
  const ended = await startCgrade(words, { CGRADE_REGISTRY_AUTH: `${host}=${student}` })
  return { file: await inbox.grades(), exitCode: ended.exitCode, printed: `${ended.stdout}${ended.stderr}` }
}

function checkOf(id: string, { file }: Run = run): CheckRecord | undefined {
  const grade = file.grades.find(({ submission }) => submission.id === id)
  return grade?.exercises.find((one) => one.id === 'registry')?.checks[0]
}

const passed = { outcome: 'passed', points: 5 }
const notCounted = (why: string) => ({ outcome: 'skipped', unavailable: expect.stringContaining(why) })

test.each<[string, object]>([
  ['told', passed],
  ['made', { ...passed, location: { file: 'Makefile', line: 4 } }],
  ['named', passed],
  ['half', { outcome: 'partial', points: 2.5, reason: 'registry.other-config' }],
  ['foreign', { outcome: 'failed', points: 0, reason: 'registry.other-image' }],
  ['pulls', notCounted('which is not what your Dockerfile builds')],
  [
    'missing',
    { outcome: 'failed', points: 0, reason: 'registry.not-found', actual: expect.stringContaining('tags v1') },
  ],
  ['older', { ...passed, location: { file: 'README.md', line: 2 } }],
  ['doubtful', notCounted('`nowhere.invalid/a/b` could not be looked up')],
  ['unreachable', notCounted('`nowhere.invalid` cannot be found from this machine')],
  ['own-machine', notCounted('a registry on your own machine')],
  ['bad-name', { outcome: 'failed', points: 0, reason: 'registry.bad-name' }],
  ['unbuilt', { outcome: 'skipped', because: 'httpserver.builds' }],
])('%s', (id, wanted) => {
  if (registry === undefined) return
  expect(checkOf(id)).toMatchObject(wanted)
})

test('no trouble with a registry makes a run fail or costs anybody a point', (context) => {
  if (registry === undefined) skipBecause(context, 'no docker-registry')
  expect(run.exitCode, run.printed).toBe(0)
  const scores = run.file.grades.map((grade) => [
    grade.submission.id,
    grade.status === 'graded' ? grade.score / grade.maxScore : undefined,
  ])
  expect(scores.filter(([, share]) => share !== 1)).toEqual([['unbuilt', 0]])
})

test('what differs is told, and what a release may change does not count', (context) => {
  if (registry === undefined) skipBecause(context, 'no docker-registry')
  const { expected, actual } = checkOf('half') ?? {}
  expect(expected).toBe('ENV MODE=plain\nEXPOSE 8000/tcp')
  expect(actual).toBe('ENV MODE=other\nno EXPOSE')
})

test('the password of the staff is in no report', (context) => {
  if (registry === undefined) skipBecause(context, 'no docker-registry')
  const secret = student.split(':')[1] as string
  for (const text of [JSON.stringify(run.file), run.printed]) {
    expect(text).not.toContain(secret)
    expect(text).not.toContain(Buffer.from(student).toString('base64'))
  }
})

test.each<[string, object]>([
  ['same', { ...passed, message: expect.stringContaining('answers as your server does') }],
  ['same-again', passed],
  ['broken', { outcome: 'partial', points: 2.5, reason: 'registry.does-not-serve' }],
  ['both-broken', passed],
])('pulled and started: %s', (id, wanted) => {
  if (registry === undefined) return
  expect(pullRun.exitCode, pullRun.printed).toBe(0)
  expect(checkOf(id, pullRun)).toMatchObject(wanted)
})

test('nothing that was pulled is left', async (context) => {
  if (registry === undefined) skipBecause(context, 'no docker-registry')
  expect(await leftovers(engine.docker)).toEqual([])
})
