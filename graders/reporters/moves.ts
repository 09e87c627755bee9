import type { CsvText, JsonText } from '../model/encoded.ts'
import { type CheckMove, type CheckStanding, type Move, type MovesFile, movesFileSchema } from '../model/moves.ts'
import { roundPoints } from '../model/points.ts'
import { forCsv, forJson, joinCsv } from './escape.ts'

/** The document that other programs read. */
export function renderMovesJson(file: MovesFile): JsonText {
  return forJson(movesFileSchema.parse(file))
}

const header = [
  'submission',
  'from_status',
  'from_score',
  'from_max_score',
  'to_status',
  'to_score',
  'to_max_score',
  'change',
  'by',
]

/** One row per submission that moved, worst fall first; blank, not 0, where there is no number. */
export function renderMovesCsv({ moves }: MovesFile): CsvText {
  return joinCsv([header, ...moves.map(rowOf)].map((row) => row.map(forCsv)))
}

function rowOf({ submission, from, to, checks, late }: Move): (string | number | undefined)[] {
  const by = [...checks.map(tellCheckMove), ...(late ? ['lateness'] : [])]
  const cells = [from, to].flatMap(({ status, score, maxScore }) => [status, score, maxScore])
  return [submission, ...cells, changeOf({ from, to }), by.join(', ')]
}

/** In points; undefined where there was or is no score. */
export function changeOf({ from, to }: Pick<Move, 'from' | 'to'>): number | undefined {
  return from.score === undefined || to.score === undefined ? undefined : roundPoints(to.score - from.score)
}

/** `httpserver.healthz: passed 5/5 -> failed 0/5` */
function tellCheckMove({ id, from, to }: CheckMove): string {
  return `${id}: ${tellStanding(from)} -> ${tellStanding(to)}`
}

function tellStanding(standing: CheckStanding | undefined): string {
  if (standing === undefined) return 'not there'
  const { outcome, points, maxPoints } = standing
  return points === undefined
    ? `${outcome}, not counted`
    : `${outcome} ${roundPoints(points)}/${roundPoints(maxPoints)}`
}
