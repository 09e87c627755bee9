import type { Grade, GradesFile, RunRecord } from '../model/grade.ts'
import { countOf, formatPoints, formatScore, medianOf, percentOf } from './numbers.ts'

type Scored = Exclude<Grade, { status: 'ungraded' }>
type Ungraded = Extract<Grade, { status: 'ungraded' }>

/** `10 submissions: 7 graded (median 51/58), 1 rejected, 2 ungraded (our fault)`, then what a TA must know, as sentences. */
export function summariseRun(file: GradesFile): { headline: string; remarks: string[] } {
  return { headline: headlineOf(file.grades), remarks: [...failuresOfOurs(file.grades), ...aboutTheRun(file)] }
}

function headlineOf(grades: Grade[]): string {
  const count = (status: Grade['status']) => grades.filter((grade) => grade.status === status).length
  const graded = grades.filter((grade) => grade.status === 'graded')
  const parts = [
    `${graded.length} graded${graded.length === 0 ? '' : ` (median ${medianScore(graded)})`}`,
    ...(count('rejected') === 0 ? [] : [`${count('rejected')} rejected`]),
    ...(count('ungraded') === 0 ? [] : [`${count('ungraded')} ungraded (our fault)`]),
  ]
  return `${countOf(grades.length, 'submission')}: ${parts.join(', ')}`
}

/** In points where all share one maximum, in per cent where optional exercises made it differ. */
function medianScore(grades: Scored[]): string {
  const [maxScore = 0, ...others] = new Set(grades.map((grade) => grade.maxScore))
  if (others.length === 0) return formatScore(medianOf(grades.map((grade) => grade.score)), maxScore)
  const median = medianOf(grades.map((grade) => percentOf(grade.score, grade.maxScore) ?? 0))
  return `${(median ?? 0).toFixed(1)} %`
}

/** One sentence per cause: who suffered from it, and what to do about it. */
function failuresOfOurs(grades: Grade[]): string[] {
  const ungraded = grades.filter((grade): grade is Ungraded => grade.status === 'ungraded')
  return [...Map.groupBy(ungraded, (grade) => `${grade.error.code}\n${grade.error.remedy ?? ''}`).values()].map(
    (group) => {
      const first = group[0]?.error
      const times = group.length === 1 ? '' : `${group.length} times: `
      const who = ` (${times}${nameSome(group.map(({ submission }) => submission.id))})`
      return `${first?.code}${who}: ${first?.message}${first?.remedy === undefined ? '' : ` ${first.remedy}`}`
    },
  )
}

function lateOnes(grades: Grade[]): string[] {
  const late = grades.flatMap((grade) =>
    grade.status === 'graded' && grade.late !== undefined
      ? [`${grade.submission.id} ${formatPoints(grade.score)} to ${formatPoints(grade.late.score)}`]
      : [],
  )
  return late.length === 0 ? [] : [`Late, which takes points off in a grade book: ${nameSome(late)}.`]
}

function aboutTheRun({ run, grades }: GradesFile): string[] {
  const standIns = nameStandIns(run)
  const flagged = grades.flatMap((grade) => grade.flags.map(({ code }) => ({ code, id: grade.submission.id })))
  const flags = [...Map.groupBy(flagged, ({ code }) => code)].map(
    ([code, of]) => `${code} (${nameSome(of.map(({ id }) => id))})`,
  )
  return [
    ...(run.exercises === undefined ? [] : [`Only these exercises were judged: ${run.exercises.join(', ')}.`]),
    ...(run.interrupted ? ['The run was interrupted: some submissions are missing here.'] : []),
    ...lateOnes(grades),
    ...(flags.length === 0 ? [] : [`Flagged for staff: ${flags.join(', ')}.`]),
    ...(standIns === '' ? [] : [`Stand-in base images, made from Debian packages, were used for ${standIns}.`]),
  ]
}

/** What stand-ins stood in for, each once; empty where there were none. */
export function nameStandIns({ baseImages }: Pick<RunRecord, 'baseImages'>): string {
  const names = baseImages.filter(({ standIn }) => standIn).map((image) => `\`${image.standInFor ?? image.name}\``)
  return [...new Set(names)].join(', ')
}

function nameSome(ids: string[]): string {
  const named = [...new Set(ids)]
  return named.length <= 3 ? named.join(', ') : `${named.slice(0, 3).join(', ')} and ${named.length - 3} more`
}
