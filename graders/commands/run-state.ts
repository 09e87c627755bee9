import type { Grade } from '../model/grade.ts'
import type { StageName } from '../model/progress.ts'
import type { Pace } from './time-left.ts'

export interface UnderWay {
  stage: StageName
  detail: string | undefined
  worker: string | undefined
  /** When this stage began. */
  sinceMs: number
  /** When it took its slot. */
  beganMs: number
  /** It is repeated, and what it takes now says nothing about the others. */
  isAgain: boolean
}

/** What a run has told so far, as a board needs it; changed in place by `noteStage` and `noteGraded`. */
export interface RunState {
  total: number
  finished: number
  counts: Record<Grade['status'], number>
  underWay: Map<string, UnderWay>
  /** Scored and not settled: a moment, or until nothing runs beside it any more. */
  scored: Map<string, { atMs: number; tookMs: number }>
  /** Ids that were tried more than once. */
  repeated: Set<string>
  /** How long each kept its slot, the latest last. */
  tookMs: number[]
  /** How many each machine has finished. */
  workers: Map<string, number>
}

/** A grade follows its score at once, and over a network soon; what stays is to be repeated alone. */
const settlesWithinMs = 2_000

export function createRunState(total: number): RunState {
  return {
    total,
    finished: 0,
    counts: { graded: 0, rejected: 0, ungraded: 0 },
    underWay: new Map(),
    scored: new Map(),
    repeated: new Set(),
    tookMs: [],
    workers: new Map(),
  }
}

export function noteStage(
  state: RunState,
  id: string,
  told: Pick<UnderWay, 'stage' | 'detail' | 'worker'>,
  nowMs: number,
): void {
  const { stage, worker } = told
  const before = state.underWay.get(id)
  if (worker !== undefined && !state.workers.has(worker)) state.workers.set(worker, 0)
  if (stage === 'score') {
    state.underWay.delete(id)
    const tookMs = nowMs - (before?.beganMs ?? nowMs)
    state.scored.set(id, { atMs: nowMs, tookMs })
    if (before?.isAgain === false) state.tookMs.push(tookMs)
    if (worker !== undefined) state.workers.set(worker, (state.workers.get(worker) ?? 0) + 1)
    return
  }
  const isAgain = before?.isAgain === true || state.scored.has(id)
  if (stage === 'intake' && (before !== undefined || isAgain)) state.repeated.add(id)
  state.scored.delete(id)
  state.underWay.set(id, { ...told, sinceMs: nowMs, beganMs: before?.beganMs ?? nowMs, isAgain })
}

export function noteGraded(state: RunState, grade: Grade, finished: number, nowMs: number): void {
  const { id } = grade.submission
  const before = state.underWay.get(id)
  // Rejected, or broken off by our fault: there was no score.
  if (before?.isAgain === false) state.tookMs.push(nowMs - before.beganMs)
  if (before?.worker !== undefined) state.workers.set(before.worker, (state.workers.get(before.worker) ?? 0) + 1)
  state.underWay.delete(id)
  state.scored.delete(id)
  state.finished = finished
  state.counts[grade.status] += 1
}

/** Ids that wait until nothing runs beside them. */
export function waitingAlone({ scored }: RunState, nowMs: number): string[] {
  return [...scored].filter(([, { atMs }]) => nowMs - atMs > settlesWithinMs).map(([id]) => id)
}

export function paceOf(state: RunState, nowMs: number): Pace {
  const { total, finished, underWay, scored, tookMs } = state
  return {
    tookMs,
    underWayMs: [...underWay.values()].map(({ beganMs }) => nowMs - beganMs),
    waiting: Math.max(0, total - finished - underWay.size - scored.size),
    aloneMs: waitingAlone(state, nowMs).map((id) => scored.get(id)?.tookMs ?? 0),
  }
}
