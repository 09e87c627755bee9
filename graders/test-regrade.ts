import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { pack } from 'tar-stream'
import { type Grade, type GradesFile, gradesFileSchema } from './model/grade.ts'
import { type MovesFile, movesFileSchema } from './model/moves.ts'
import { importImage } from './sandbox/bases/import-image.ts'
import { connectEngine } from './sandbox/engine.ts'
import { type Inbox, makeInbox, quickDockerfile, startCgrade } from './test-runs.ts'

/** Test support: a course, four submissions that grade in seconds, and runs of them that are graded again. */

const specs = fileURLToPath(new URL('../specs/cncamp-module3/', import.meta.url))

export interface Regrading extends AsyncDisposable {
  inbox: Inbox
  /** A copy of the assignment, to be changed. */
  course: string
  baseName: string
  /** Ids of the images that the name of the base has meant. */
  baseIds: string[]
  runOf(name: string): string
  /** The name of the base now means an image that holds this file, and nothing else. */
  giveBase(file: string): Promise<void>
  changeAssignment(from: string, to: string): Promise<void>
  regrade(from: string, to: string, words?: string[], env?: Record<string, string>): Promise<Ended>
  /** What would be graded again, as `id: why`; nothing is. */
  plan(run: string, words?: string[]): Promise<string[]>
  read(run: string): Promise<GradesFile>
  movesOf(run: string): Promise<MovesFile>
}

export interface Ended {
  exitCode: number | undefined
  stdout: string
  stderr: string
  printed: string
}

/** Grades `good`, `based` (on a base of our own), `broken` and `refused` into the run `first`. */
export async function openRegrading(): Promise<Regrading> {
  const engine = await connectEngine()
  const { docker } = engine
  const place = await mkdtemp(join(tmpdir(), 'cgrade-regrade-'))
  const course = join(place, 'course')
  const baseName = `regrade-test-${process.pid}/base:1`
  const baseIds: string[] = []
  const runOf = (name: string) => join(place, name)
  await cp(specs, course, { recursive: true })
  const inbox = await makeInbox()
  const regrading: Regrading = {
    inbox,
    course,
    baseName,
    baseIds,
    runOf,
    async giveBase(file) {
      const tar = pack()
      tar.entry({ name: file }, file)
      tar.finalize()
      const id = await importImage(engine, Readable.from(tar), {
        settings: {},
        labels: {},
        signal: AbortSignal.timeout(60_000),
      })
      baseIds.push(id)
      await docker.getImage(id).tag({ repo: baseName.slice(0, -2), tag: '1' })
    },
    async changeAssignment(from, to) {
      const file = join(course, 'assignment.ts')
      const text = await readFile(file, 'utf8')
      if (!text.includes(from)) throw new Error(`the assignment has no ${from}`)
      await writeFile(file, text.replace(from, to))
    },
    async regrade(from, to, words = [], env = {}) {
      const { exitCode, stdout, stderr } = await startCgrade(
        ['regrade', runOf(from), '--out', runOf(to), ...words],
        env,
      )
      return { exitCode, stdout, stderr, printed: stderr + stdout }
    },
    async plan(run, words = []) {
      const ended = await regrading.regrade(run, 'never', ['--dry-run', ...words])
      if (ended.exitCode !== 0) throw new Error(ended.stderr)
      const lines = ended.stdout.split('\n').filter((line) => line.startsWith('  '))
      return lines.map((line) => line.trim())
    },
    read: async (run) => gradesFileSchema.parse(JSON.parse(await readFile(join(runOf(run), 'grades.json'), 'utf8'))),
    movesOf: async (run) => movesFileSchema.parse(JSON.parse(await readFile(join(runOf(run), 'moves.json'), 'utf8'))),
    async [Symbol.asyncDispose]() {
      await inbox[Symbol.asyncDispose]()
      await rm(place, { recursive: true, force: true })
      for (const name of [baseName, ...baseIds])
        await docker
          .getImage(name)
          .remove({ force: true })
          .catch(() => {})
    },
  }
  await regrading.giveBase('one')
  await inbox.add('good', { Dockerfile: quickDockerfile }, { server: true })
  await inbox.add('based', { Dockerfile: quickDockerfile.replace('scratch', baseName) }, { server: true })
  await inbox.add('broken', { Dockerfile: quickDockerfile.replace('COPY hs', 'COPY no-such') }, { server: true })
  await inbox.add('refused', { 'cgrade.yml': 'httpserver: { prot: 80 }' })
  const words = ['batch', inbox.folder, '--exercises', 'httpserver', '--assignment', course, '--out', runOf('first')]
  const ended = await startCgrade(words)
  if (ended.exitCode !== 0) throw new Error(ended.stderr + ended.stdout)
  return regrading
}

export function gradeOf(file: GradesFile, id: string): Grade {
  const grade = file.grades.find(({ submission }) => submission.id === id)
  if (grade === undefined) throw new Error(`no grade of ${id}`)
  return grade
}
