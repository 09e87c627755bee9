import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gradesFileSchema } from '../graders/model/grade.ts'
import type { WarmBases } from './bases.ts'
import { gradeByEngineAlone } from './engine-alone.ts'
import type { Submission } from './go-submissions.ts'
import { type Measured, measureCommand, measureHere } from './measure.ts'
import type { Scope } from './scope.ts'

/** One piece of work for whoever is measured. */
export interface Race {
  scope: Scope
  /** With the submissions, one folder each. */
  inbox: string
  submissions: Submission[]
  jobs: number
  warm: WarmBases | undefined
}

const here = fileURLToPath(new URL('./', import.meta.url))
export const cgradeProgram = fileURLToPath(new URL('../graders/cli.ts', import.meta.url))

/** What this repository is about. Every submission must get full marks, or the bench stops. */
export async function raceCgrade({ scope, inbox, submissions, jobs }: Race): Promise<Measured> {
  const out = `${inbox}-graded`
  const words = ['batch', inbox, '--jobs', String(jobs), '--out', out, '--quiet', '--seed', scope.id]
  const measured = await measureCommand(process.execPath, [cgradeProgram, ...words], {
    cancelSignal: scope.signal,
    // Counts of what was built before are this machine's: here nothing was.
    env: { NO_COLOR: '1', XDG_CACHE_HOME: join(scope.folder, 'cache') },
  })
  const { grades } = gradesFileSchema.parse(JSON.parse(await readFile(join(out, 'grades.json'), 'utf8')))
  const right = grades.filter((grade) => grade.status === 'graded' && grade.score === grade.maxScore)
  expectAll('cgrade', right.length, submissions)
  return measured
}

/** (a) What one types into a shell: `docker build`, `run`, `curl`, `rm`, by as many workers. */
export async function raceShell(race: Race): Promise<Measured> {
  const { scope, jobs, submissions } = race
  const list = `${race.inbox}.list`
  await writeFile(
    list,
    submissions.map(({ id, folder, port, healthText }) => `${id} ${folder} ${port} ${healthText}\n`).join(''),
  )
  const command = `xargs -a ${list} -P ${jobs} -L 1 sh ${join(here, 'shell-loop.sh')} ${scope.id}`
  const measured = await measureCommand('sh', ['-c', command], { cancelSignal: scope.signal, env: dockerOf(scope) })
  const right = measured.stdout.split('\n').filter((line) => line.startsWith('ok '))
  expectAll('The shell loop', right.length, submissions)
  return measured
}

/** (b) What one would write with vitest and testcontainers. */
export async function raceByHand({ scope, inbox, submissions, jobs }: Race): Promise<Measured> {
  const list = `${inbox}.json`
  const written = `${inbox}-vitest.json`
  await writeFile(list, JSON.stringify(submissions))
  const program = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url))
  const words = ['run', '--root', join(here, 'by-hand'), '--maxConcurrency', String(jobs)]
  const told = { BENCH_SUBMISSIONS: list, BENCH_SCOPE: scope.id, TESTCONTAINERS_RYUK_DISABLED: 'true' }
  const all = [program, ...words, '--reporter=json', `--outputFile=${written}`]
  const env = { ...dockerOf(scope), ...told }
  const measured = await measureCommand(process.execPath, all, { cancelSignal: scope.signal, env })
  const { numPassedTests } = JSON.parse(await readFile(written, 'utf8')) as { numPassedTests: number }
  expectAll('The script by hand', numPassedTests, submissions)
  return measured
}

/** (c) The floor: what no grader can do without. */
export function raceEngine(race: Race): Promise<Measured> {
  return measureHere(() => gradeByEngineAlone(race))
}

function dockerOf({ endpoint }: Scope): Record<string, string> {
  return { DOCKER_HOST: endpoint, DOCKER_BUILDKIT: '0' }
}

function expectAll(who: string, right: number, submissions: Submission[]): void {
  if (right === submissions.length) return
  throw new Error(`${who} found ${right} of ${submissions.length} servers in order: such figures compare nothing.`)
}
