import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { type Grade, gradesFileSchema } from '../model/grade.ts'
import { renderTranscript } from '../reporters/transcript.ts'
import { connectEngine } from '../sandbox/engine.ts'
import { abandonedGroups, leftovers, noteGrader } from '../test-runs.ts'
import { putControl } from './control.ts'
import { type HostileCase, putHostile } from './hostile-cases.ts'
import { plantSecrets } from './planted-secrets.ts'
import { findReportFaults } from './report-oracles.ts'
import { commandsIn } from './runner-commands.ts'

/** Test support: hostile submissions graded through the command line, honest ones before, between and after them. */
export interface HostileRun {
  grades: Map<string, Grade>
  /** Of the honest ones; each must have every point. */
  controls: Grade[]
  seconds: number
  /** Of the grader's process, at its largest. */
  peakBytes: number
  /** What should not be: secrets that came to light, unreadable or active reports, commands in the log, what was left behind. */
  faults: string[]
  /** Everything that was printed or written, as one text. */
  everything: string
}

const repository = fileURLToPath(new URL('../../', import.meta.url))
const assignment = join(repository, 'specs/cncamp-module3')
const controls = { before: 'A-control', between: '-control', after: 'Z-control' }

export async function gradeBesideControls(
  cases: HostileCase[],
  options: { jobs?: number; disarm?: Record<string, string> } = {},
): Promise<HostileRun> {
  const folder = await mkdtemp(join(tmpdir(), 'cgrade-hostile-'))
  try {
    const secrets = await plantSecrets(folder)
    const course = join(folder, 'course')
    await cp(assignment, course, { recursive: true })
    const spec = join(course, 'httpserver.spec.ts')
    await writeFile(spec, `${await readFile(spec, 'utf8')}\n${secrets.specComment}\n`)
    const inbox = join(folder, 'inbox')
    for (const one of cases) await putHostile(one, join(inbox, one.name))
    const middle = cases[Math.floor(cases.length / 2)]?.name ?? 'H'
    const ids = [controls.before, `${middle}${controls.between}`, controls.after]
    for (const id of ids) {
      await putControl(join(inbox, id))
      await writeFile(join(inbox, id, 'notes.txt'), secrets.siblingFile)
    }

    const startedAt = performance.now()
    const ended = await runCgrade(
      ['batch', inbox, '--assignment', course, '--out', join(folder, 'run'), '--jobs', String(options.jobs ?? 2)],
      { ...secrets.env, ...disarmed(options.disarm) },
    )
    const seconds = (performance.now() - startedAt) / 1000
    if (![0, 3].includes(ended.exitCode ?? -1)) throw new Error(`exit code ${ended.exitCode}:\n${ended.printed}`)
    const file = gradesFileSchema.parse(JSON.parse(await readFile(join(folder, 'run/grades.json'), 'utf8')))
    const grades = new Map(file.grades.map((grade) => [grade.submission.id, grade]))
    const transcripts = Object.fromEntries(file.grades.map((grade) => [grade.submission.id, renderTranscript(grade)]))
    const texts = { 'the terminal': ended.printed, ...transcripts }
    const faults = [
      ...(await secrets.findLeaks({ folder: join(folder, 'run'), texts })),
      ...(await findReportFaults(join(folder, 'run'))),
      ...commandsIn(ended.printed).map((command) => `the runner would obey ${JSON.stringify(command)}`),
      ...(ended.printed.match(/[\p{Cc}\u{202A}-\u{202E}\u{2066}-\u{2069}]/gu) ?? [])
        .filter((character) => !'\n\t'.includes(character))
        .map((character) => `U+${character.codePointAt(0)?.toString(16)} on the terminal`),
      ...(await findRemains(folder)),
    ]
    return {
      grades,
      controls: ids.flatMap((id) => grades.get(id) ?? []),
      seconds,
      peakBytes: ended.peakBytes,
      faults,
      everything: [...Object.values(texts), JSON.stringify(file)].join('\n'),
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Replaces modules of the grader's, so that a test can show what a defence is good for; see `disarm.ts`. */
function disarmed(modules: Record<string, string> | undefined): Record<string, string> {
  if (modules === undefined) return {}
  const preload = fileURLToPath(new URL('./disarm.ts', import.meta.url))
  return { NODE_OPTIONS: `--import=${preload}`, CGRADE_DISARM: JSON.stringify(modules) }
}

async function runCgrade(words: string[], env: Record<string, string>) {
  const child = execa(process.execPath, [join(repository, 'graders/cli.ts'), ...words], {
    cwd: repository,
    env,
    reject: false,
    all: true,
    stdin: 'ignore',
    maxBuffer: 64 * 1024 ** 2,
  })
  noteGrader(child.pid)
  let peakBytes = 0
  const watch = setInterval(async () => {
    const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '')
    peakBytes = Math.max(peakBytes, Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024)
  }, 250)
  const { exitCode, all } = await child
  clearInterval(watch)
  return { exitCode, printed: all ?? '', peakBytes }
}

/** What a run must not leave; other tests may be grading beside this one, and theirs is left alone. */
async function findRemains(folder: string): Promise<string[]> {
  const { docker } = await connectEngine()
  const { stdout } = await execa('ps', ['-eo', 'pid,args', '--no-headers'])
  const mounts = await readFile('/proc/self/mounts', 'utf8')
  return [
    ...(await leftovers(docker)),
    ...(await abandonedGroups()),
    ...stdout.split('\n').filter((line) => line.includes(`${folder}/`)),
    ...mounts.split('\n').filter((line) => line.includes(folder)),
  ]
}
