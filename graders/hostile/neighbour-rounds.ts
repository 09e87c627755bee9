import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Grade, gradesFileSchema } from '../model/grade.ts'
import { writeSection } from '../test-docs-section.ts'
import { startCgrade } from '../test-runs.ts'
import { putControl, ratioOf, scoredShare, secondsOf } from './control.ts'
import { putHostile } from './hostile-cases.ts'

/** Test support: hostile submissions and honest ones graded at the same time, again and again. */

/** One of each kind: processes, memory, processor, disk and log; each bounds itself. */
export const noisy = [
  'H43-fork-bomb-in-build',
  'H65-fork-bomb-behind-a-server',
  'H66-memory-bomb',
  'H67-burns-the-processor',
  'H68-fills-the-disk',
  'H69-floods-its-log',
]

export interface Crowd {
  /** Names of hostile cases; each is handed in once. */
  hostile: readonly string[]
  controls: number
  jobs: number
}

export interface Round {
  controls: Grade[]
  grades: Grade[]
}

const assignment = fileURLToPath(new URL('../../specs/cncamp-module3', import.meta.url))
const docs = {
  file: fileURLToPath(new URL('../../docs/threat-model.md', import.meta.url)),
  begin: '<!-- neighbours:begin -->',
  end: '<!-- neighbours:end -->',
}

/** Grades them all in one run of the command line. Throws where that did not end as a run should. */
export async function gradeCrowd({ hostile, controls, jobs }: Crowd): Promise<Round> {
  const folder = await mkdtemp(join(tmpdir(), 'cgrade-neighbours-'))
  try {
    for (const name of hostile) {
      await putHostile({ name }, join(folder, 'inbox', name))
      if ((await readdir(join(folder, 'inbox', name))).length === 0) throw new Error(`there is no case ${name}`)
    }
    // Their names put them before, between and after the others.
    const ids = Array.from({ length: controls }, (_, at) => `${'AHZ'[at % 3]}${at === 1 ? '50' : ''}-control-${at}`)
    for (const id of ids) await putControl(join(folder, 'inbox', id))
    const out = join(folder, 'run')
    const words = ['batch', join(folder, 'inbox'), '--assignment', assignment, '--out', out, '--jobs', String(jobs)]
    const ended = await startCgrade(words)
    if (ended.exitCode !== 0) throw new Error(`exit code ${ended.exitCode}:\n${ended.stdout}\n${ended.stderr}`)
    const { grades } = gradesFileSchema.parse(JSON.parse(await readFile(join(out, 'grades.json'), 'utf8')))
    return { grades, controls: grades.filter(({ submission }) => ids.includes(submission.id)) }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Of the honest ones: how many points all together lack, each of 100. */
export function lostPoints({ controls }: Round): number {
  return controls.reduce((sum, grade) => sum + (1 - scoredShare(grade)) * 100, 0)
}

/** A line of the table for the docs; `alone`: the same honest submissions without anybody beside them. */
export function describeRounds(jobs: number, rounds: Round[], alone: Round): string {
  const seconds = (grades: Grade[]) => Math.max(...grades.map(secondsOf)).toFixed(1)
  const worst = Math.max(...rounds.map(({ controls }) => ratioOf(controls, alone.controls)))
  const lost = rounds.reduce((sum, round) => sum + lostPoints(round), 0)
  const graded = rounds.reduce((sum, { controls }) => sum + controls.length, 0)
  const beside = seconds(rounds.flatMap(({ controls }) => controls))
  return `| ${jobs} | ${rounds.length} | ${graded} | ${lost} | ${seconds(alone.controls)} s | ${beside} s | ${worst.toFixed(2)} |`
}

export async function writeNeighboursTable(lines: string[]): Promise<void> {
  const head =
    '| `--jobs` | rounds | honest submissions | points lost | slowest alone | slowest beside | median ratio, worst round |\n|---|---|---|---|---|---|---|'
  await writeSection(docs, [head, ...lines].join('\n'))
}
