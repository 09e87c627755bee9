import type { Grade, GradesFile } from './model/grade.ts'
import { variations } from './reporters/transcript.ts'

/**
 * Test support: what two runs of the same submissions with the same seed must have in common, whatever ran beside them, and
 * whatever broke off in the middle.
 */

/** Drawn from the seed, or fixed by what was handed in: not allowed to differ, as it is between the runs of a transcript. */
const fixed = [
  'header name of a probe',
  'header value or path of a probe',
  'value of VERSION',
  'container, image, nonce',
]

/** What the engine, the kernel and the clock choose, in messages and evidence; this is all that may differ there. */
const chosenHere = [
  ...variations.filter(({ name }) => !fixed.includes(name)),
  { name: 'container or image', pattern: /\b[0-9a-f]{12}(?:[0-9a-f]{52})?\b/g, replacement: '<id>' },
  { name: 'process that is entered', pattern: /(\bnsenter -t )\d{1,7}\b/g, replacement: '$1<pid>' },
]

/** When it was, how long it took, and how a drawing of measured memory looks: nothing else may differ as a whole. */
const timeKeys = new Set(['startedAt', 'finishedAt', 'durationMs', 'samples'])

/**
 * A file of grades without times, durations, the run's id, and the ids, addresses, ports and process numbers that engine and
 * kernel choose. Two runs over the same submissions with the same seed are equal in the rest, to the last byte.
 */
export function comparableGrades(file: GradesFile): unknown {
  const { id, ...run } = file.run
  return { schema: file.schema, run: withoutTimes(run), grades: file.grades.map(comparableGrade) }
}

/** One grade of such a file. */
export function comparableGrade({ submission, ...judged }: Grade): unknown {
  return { submission, ...(withoutTimes(judged, steady) as object) }
}

function withoutTimes(value: unknown, ofText = (text: string) => text): unknown {
  return JSON.parse(JSON.stringify(value), (key, inside) => {
    if (timeKeys.has(key)) return undefined
    return typeof inside === 'string' ? ofText(inside) : inside
  })
}

/** Placeholders match nothing, so it ends. */
function steady(text: string): string {
  const steadier = chosenHere.reduce((rest, { pattern, replacement }) => rest.replace(pattern, replacement), text)
  return steadier === text ? text : steady(steadier)
}
