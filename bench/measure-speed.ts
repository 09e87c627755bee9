import { join } from 'node:path'
import { findWarm, makeBase } from './bases.ts'
import type { ContestantName } from './bench-words.ts'
import { raceByHand, raceCgrade, raceEngine, raceShell } from './contestants.ts'
import { writeGoSubmissions } from './go-submissions.ts'
import { type Measured, totalOf } from './measure.ts'
import { megabytes, renderTable, type Section, seconds } from './results.ts'
import type { Scope } from './scope.ts'
import { warmBase } from './warm-base.ts'

interface Plan {
  count: number
  goVersion: string
  racers: ContestantName[]
  jobs: number
  seed: string
}

interface Row {
  who: string
  measured: Measured
}

/** The same work for each contestant, one after the other: cgrade from nothing, and again with what it has made by then. */
export async function measureSpeed(scope: Scope, plan: Plan): Promise<Section> {
  const { count, goVersion, jobs, racers } = plan
  const base = await makeBase(scope, goVersion, count)
  const rows: Row[] = []
  const race = async (who: string, run: typeof raceCgrade, isWarm = false) => {
    const name = who.replaceAll(/\W+/g, '-')
    const inbox = join(scope.folder, `${name}-${goVersion}-${count}`)
    const look = { scope: scope.id, goVersion, base: base.name }
    // Sources of its own for each: what one has built, the engine would hand the next one from its cache.
    const submissions = await writeGoSubmissions(inbox, count, `${plan.seed}/${name}`, look)
    const warm = isWarm ? await findWarm(scope, base) : undefined
    scope.signal.throwIfAborted()
    process.stderr.write(`${count} submissions, Go ${goVersion}, ${jobs} at a time: ${who}\n`)
    const measured = await run({ scope, inbox, submissions, jobs, warm })
    rows.push({ who, measured })
    process.stderr.write(`  ${seconds(measured.wallSeconds)}, ${seconds(totalOf(measured.cpu))} of CPU\n`)
  }
  if (racers.includes('cgrade')) await race('cgrade, cold', raceCgrade)
  if (racers.includes('shell')) await race('(a) shell loop', raceShell)
  if (racers.includes('by-hand')) await race('(b) vitest and testcontainers', raceByHand)
  if (racers.includes('cgrade') || racers.includes('engine')) await warmBase(scope, base)
  if (racers.includes('cgrade')) await race('cgrade, warm', raceCgrade)
  if (racers.includes('engine')) await race('(c) the engine alone, warm', raceEngine, true)
  return { title: `${count} submissions on Go ${goVersion}, ${jobs} at a time`, text: render(rows, count) }
}

function render(rows: Row[], count: number): string {
  const wallOf = (who: string) => rows.find((row) => row.who === who)?.measured.wallSeconds
  const [cold, warm] = [wallOf('cgrade, cold'), wallOf('cgrade, warm')]
  const ratio = (wall: number, to: number | undefined) => (to === undefined ? '-' : `${(wall / to).toFixed(2)}`)
  const table = rows.map(({ who, measured: { wallSeconds, cpu, peakBytes } }) => [
    who,
    seconds(wallSeconds),
    seconds(wallSeconds / count),
    seconds(totalOf(cpu) / count),
    peakBytes === 0 ? '-' : megabytes(peakBytes),
    ratio(wallSeconds, cold),
    ratio(wallSeconds, warm),
  ])
  const heads = ['', 'wall', 'wall each', 'CPU each', 'memory', 'to cgrade cold', 'to cgrade warm']
  const notes = [
    'The last two columns are ratios of wall time: 5 is five times as long as cgrade.',
    'CPU is that of the whole machine meanwhile: engine, builds and the programs too. Memory: peak of the Node processes that grade.',
  ]
  return `${renderTable(heads, table)}\n\n${notes.join('\n')}`
}
