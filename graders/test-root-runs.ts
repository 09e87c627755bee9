import { cp, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Grade, type GradesFile, gradesFileSchema } from './model/grade.ts'
import type { Kernel } from './model/progress.ts'
import type { TestMachine } from './sandbox/machine/test-machine.ts'
import { runCgrade } from './sandbox/machine/test-machine-program.ts'
import type { ObserverKind } from './sandbox/observer/observer.ts'
import { observerVariable } from './sandbox/observer/open-observer.ts'
import { copySubmission, type Expected } from './test-expected-grades.ts'
import { startCgrade } from './test-runs.ts'

/** Test support: the cases of the root exercises, graded here and in a machine with the other cgroup version. */

export interface RootRun {
  grades: Map<string, Grade>
  baseImages: GradesFile['run']['baseImages']
  /** Cases over which Node itself crashed, with what it died of. */
  crashed?: Map<string, string>
}

export interface RootRunOptions {
  observer: ObserverKind
  kernel?: Kernel
}

/** Submissions and assignments in one folder, which is all that another machine needs. */
export interface RootBench extends AsyncDisposable {
  folder: string
  gradeHere(cases: Map<string, Expected>, options: RootRunOptions): Promise<RootRun>
  gradeInMachine(machine: TestMachine, cases: Map<string, Expected>, options: RootRunOptions): Promise<RootRun>
}

const assignmentFolder = fileURLToPath(new URL('../specs/cncamp-module3/', import.meta.url))
/** The real one, with the server's exercise and the course's patience: an hour. */
const whole = process.env.CGRADE_NIGHTLY === '1'
const quickTimeoutMs = 45_000
/** Cases that never end are given up earlier, and nobody waits for a server in what is no server. */
const courses = {
  programs: ['memory', 'chroot'],
  network: ['httpserver', 'network'],
  everything: ['httpserver', 'network', 'memory', 'chroot'],
} as const
type CourseName = keyof typeof courses
/** These cases wait more than they compute; under emulation they compute. */
const jobsHere = 4
const jobsInMachine = 2
const machineRunMs = 60 * 60_000

export async function makeRootBench(): Promise<RootBench> {
  const folder = await mkdtemp(join(tmpdir(), 'cgrade-root-corpus-'))
  for (const name of courseNames) await makeCourse(join(folder, name), courses[name])
  let runs = 0

  /** One batch for each course: its inbox and the folder for its reports, relative to `folder`. */
  async function prepare(cases: Map<string, Expected>) {
    runs += 1
    const batches: { course: CourseName; inbox: string; reports: string }[] = []
    for (const course of courseNames) {
      const names = [...cases].filter(([, expected]) => courseOf(expected) === course).map(([name]) => name)
      if (names.length === 0) continue
      const inbox = `inbox-${runs}-${course}`
      for (const name of names) await copySubmission(name, join(folder, inbox, name))
      batches.push({ course, inbox, reports: `reports-${runs}-${course}` })
    }
    return batches
  }

  const wordsFor = (base: string, { course, inbox, reports }: { course: string; inbox: string; reports: string }) => [
    ...['batch', join(base, inbox), '--assignment', join(base, course), '--out', join(base, reports)],
  ]

  async function gradeHere(cases: Map<string, Expected>, options: RootRunOptions): Promise<RootRun> {
    const files: GradesFile[] = []
    for (const batch of await prepare(cases)) {
      const kernel = options.kernel === undefined ? [] : ['--kernel', options.kernel]
      const words = [...wordsFor(folder, batch), '--jobs', String(jobsHere), ...kernel]
      const ended = await startCgrade(words, { [observerVariable]: options.observer })
      expectGraded(ended.exitCode, ended.stderr)
      files.push(parseGrades(await readFile(join(folder, batch.reports, 'grades.json'), 'utf8')))
    }
    return together(files)
  }

  async function gradeInMachine(machine: TestMachine, cases: Map<string, Expected>, options: RootRunOptions) {
    const files: GradesFile[] = []
    const there = '/root/corpus'
    for (const batch of await prepare(cases)) {
      await machine.put(folder, there, [batch.inbox, batch.course])
      const words = [...wordsFor(there, batch), '--jobs', String(jobsInMachine)]
      const env = { [observerVariable]: options.observer }
      const run = () => runCgrade(machine, words, { env, timeoutMs: machineRunMs })
      let { exitCode, output } = await run()
      if (crashes.has(exitCode)) {
        await machine.run(`rm -rf ${join(there, batch.reports)}`)
        ;({ exitCode, output } = await run())
      }
      if (crashes.has(exitCode))
        throw new EmulationCrash(`Node itself crashed under emulation, twice: exit code ${exitCode}`)
      expectGraded(exitCode, output)
      files.push(parseGrades(String(await machine.get(join(there, batch.reports, 'grades.json')))))
    }
    return together(files)
  }

  return {
    folder,
    gradeHere,
    gradeInMachine,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}

const courseNames = Object.keys(courses) as CourseName[]

function courseOf({ exercises }: Expected): CourseName {
  const fits = (name: CourseName) => exercises?.every((id) => courses[name].some((one) => one === id))
  return courseNames.find(fits) ?? 'everything'
}

/** The assignment's own folder with less in it. */
async function makeCourse(folder: string, exercises: readonly string[]): Promise<void> {
  await mkdir(folder)
  await cp(assignmentFolder, folder, { recursive: true })
  if (whole) return
  const real = await import(join(assignmentFolder, 'assignment.ts'))
  for (const { id } of real.default.exercises) {
    if (!exercises.includes(id)) await rm(join(folder, `${id}.spec.ts`), { force: true })
  }
  await rename(join(folder, 'assignment.ts'), join(folder, 'whole.ts'))
  await writeFile(
    join(folder, 'assignment.ts'),
    `import whole from './whole.ts'

const exercises = whole.exercises
  .filter(({ id }) => ${JSON.stringify(exercises)}.includes(id))
  .map((one) => ('memory' in one ? { ...one, memory: { ...one.memory, timeoutMs: ${quickTimeoutMs} } } : one))
export default { ...whole, exercises }
`,
  )
}

/** Seen under emulation: V8 ends itself, or is ended, by SIGILL, SIGTRAP, SIGABRT or SIGSEGV. */
const crashes: ReadonlySet<number | undefined> = new Set([132, 133, 134, 139])

/** Says nothing of what was to be graded. */
export class EmulationCrash extends Error {}

function expectGraded(exitCode: number | undefined, said: string): void {
  if (exitCode !== 0 && exitCode !== 3) throw new Error(`exit code ${exitCode}:\n${said.slice(-4000)}`)
}

function parseGrades(text: string): GradesFile {
  return gradesFileSchema.parse(JSON.parse(text))
}

function together(files: GradesFile[]): RootRun {
  return {
    grades: new Map(files.flatMap(({ grades }) => grades).map((grade) => [grade.submission.id, grade])),
    baseImages: files.flatMap(({ run }) => run.baseImages),
  }
}
