import type { Grade, RunRecord } from '../model/grade.ts'
import type { Change } from '../model/moves.ts'
import type { RunBasis } from '../model/run-request.ts'
import { keptFlags, rescore, type Weights } from './rescore.ts'

/** What becomes of a submission in the new run. */
export type Choice =
  | { fate: 'grade'; because: Change[] }
  | { fate: 'keep'; grade: Grade }
  /** New, and not asked for: it has no grade to keep. */
  | { fate: 'leave' }

export interface Candidate {
  id: string
  old: Grade | undefined
  changes: Change[]
  /** The old grade under the rubric of now; undefined where that cannot be said. */
  rescored: Grade | undefined
}

/** What has changed for every submission of a run. `now.machine` is unknown where no engine answers. */
export function changesOfBasis(
  before: RunBasis | undefined,
  now: Omit<RunBasis, 'machine'> & { machine: string | undefined },
): Change[] {
  if (before === undefined) return ['unknown']
  return [
    ...(before.judgingDigest === now.judgingDigest ? [] : (['specs'] as const)),
    ...(before.graderDigest === now.graderDigest ? [] : (['grader'] as const)),
    ...(now.machine === undefined || before.machine === now.machine ? [] : (['machine'] as const)),
  ]
}

/** What has changed for one of them, and its old grade as the rubric weighs it now. */
export function weighCandidate(
  id: string,
  old: Grade | undefined,
  delivery: Grade['submission']['delivery'],
  seen: { basis: Change[]; isChanged: boolean; hasOtherBase: boolean },
  weights: Weights,
): Candidate {
  if (old === undefined) return { id, old, changes: ['new'], rescored: undefined }
  const rescored = rescore(old, delivery, weights)
  const isKept = old.flags.some(({ code }) => code === keptFlags.judging)
  const found: [Change, boolean][] = [
    ['ungraded', old.status === 'ungraded'],
    ['submission', seen.isChanged],
    ['base-image', seen.hasOtherBase],
    ['kept-from-earlier', isKept],
    ['rubric', rescored === undefined],
  ]
  const own = found.filter(([, isSo]) => isSo).map(([change]) => change)
  return { id, old, changes: [...own, ...seen.basis], rescored }
}

/** Whom `--only` means. */
export interface Asked {
  isMeant(candidate: Candidate): boolean
  /** Whatever has changed is among them, so that the others have nothing but points to catch up with. */
  withChanged: boolean
}

/** Without `asked`, what has changed. With it, what is asked for; everybody else keeps the grade as it is. */
export function choose(candidate: Candidate, run: Pick<RunRecord, 'id'>, asked: Asked | undefined): Choice {
  const { old, changes, rescored } = candidate
  if (asked === undefined ? changes.length > 0 : asked.isMeant(candidate)) {
    return { fate: 'grade', because: changes.length > 0 ? changes : ['asked'] }
  }
  if (old === undefined) return { fate: 'leave' }
  if (asked === undefined || asked.withChanged) return { fate: 'keep', grade: rescored ?? old }
  return { fate: 'keep', grade: flagKept(candidate, old, run) }
}

/** A grade from before a change, among others from after it: staff must be able to tell. */
function flagKept({ changes, rescored }: Candidate, old: Grade, run: Pick<RunRecord, 'id'>): Grade {
  if (changes.includes('kept-from-earlier')) return old
  const since = changes.filter((change) => change !== 'ungraded')
  const isReweighed = rescored !== old && since.length === 0
  if (since.length === 0 && !isReweighed) return old
  const code = isReweighed ? keptFlags.rubric : keptFlags.judging
  const what = isReweighed ? 'points, titles or the roster' : since.map(tellChange).join(', ')
  const message = `Kept from the run ${run.id} as it was. Changed since then: ${what}.`
  return { ...old, flags: [...old.flags.filter((flag) => flag.code !== code), { code, message }] }
}

/** In words, for people. */
export function tellChange(change: Change): string {
  return words[change]
}

const words: Record<Change, string> = {
  asked: 'asked for',
  new: 'new',
  ungraded: 'was ungraded',
  submission: 'the submission',
  specs: 'the specs',
  rubric: 'points that the old verdict does not tell',
  'base-image': 'a base image',
  grader: 'cgrade itself',
  machine: 'the machine',
  unknown: 'unknown: the old run does not say what it was graded by',
  'kept-from-earlier': 'kept by an earlier `--only`',
}
