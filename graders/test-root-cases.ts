import { type Expected, everyCase, isJudgedNow, readCases } from './test-expected-grades.ts'
import { type Column, readTable } from './test-outcome-table.ts'

/** Test support: which cases of the root exercises are graded where. */

/** `CGRADE_EVERY_CASE=missing` takes those that the table of the docs does not have yet: an hour can be split. */
const tableSoFar = process.env.CGRADE_EVERY_CASE === 'missing' ? await readTable() : undefined
/** Hours of cases, which must not end over an image that the machine lacks. */
export const manyCases = everyCase || tableSoFar !== undefined
const casesAtOnce = 12

export const rootCases = await readCases({ root: true })
const possibleOnV2 = [...rootCases].filter(([, { v2 }]) => v2 !== false).map(([name]) => name)
/** Each starts a virtual machine. */
const scripted = [...rootCases.keys()].filter((name) => /-(cgroup|nsenter)-/.test(name))

export const seenByContainer = takeEach(
  12,
  [...rootCases.keys()],
  /^right-(cgroup-v2-spelling|memory-course-cgo|chroot-handout-block)$/,
)
export const onV2 = takeEach(40, possibleOnV2, /^right-(memory-course-cgo|cgroup-v2-spelling)$/, 'v2, host')
export const fewOnV2 = takeEach(200, possibleOnV2, /^right-cgroup-v2-spelling$/, 'v2, probe container')
export const withScript = takeEach(
  40,
  scripted,
  /^right-cgroup-(handout-pasted|v2-spelling)$|^right-nsenter-handout-pid$|-nsenter-mount/,
)

/** Those of the other places are among them: where they are judged a second time, the first tells on which bases. */
export const seenByRoot = new Map(
  [...rootCases].filter(
    ([name, expected], index) =>
      isJudgedNow(expected, index) || [seenByContainer, onV2, fewOnV2].some((some) => some.has(name)),
  ),
)

/** A few at a time. */
export function splitCases(some: Map<string, Expected>): Map<string, Expected>[] {
  const all = [...some]
  const parts = Math.ceil(all.length / casesAtOnce)
  return Array.from({ length: parts }, (_, part) => new Map(all.slice(part * casesAtOnce, (part + 1) * casesAtOnce)))
}

/** A second look at a case takes long, under emulation half a minute: one in so many, and those that are never left out. */
function takeEach(step: number, from: string[], always: RegExp, column?: Column): Map<string, Expected> {
  const isTaken = (name: string, index: number) =>
    tableSoFar !== undefined && column !== undefined
      ? !tableSoFar.get(name)?.has(column)
      : everyCase || index % step === 0 || always.test(name)
  const taken = new Set(from.filter(isTaken))
  return new Map([...rootCases].filter(([name]) => taken.has(name)))
}
