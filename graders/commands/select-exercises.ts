import type { Assignment, Exercise } from '../model/assignment.ts'
import { UsageError } from '../model/grader-error.ts'
import { suggestNearest } from '../model/nearest.ts'

/** Names for several: a workflow knows no assignment, and gives root work a machine of its own. */
const groups = new Map<string, (exercise: Exercise) => boolean>([
  ['root', needsRoot],
  ['rootless', (exercise) => !needsRoot(exercise)],
])

/** The exercises that `--exercises` names, in the assignment's order; undefined for all of them. */
export function selectExercises(given: string[] | undefined, { id, exercises }: Assignment): string[] | undefined {
  if (given === undefined) return undefined
  const known = exercises.map((exercise) => exercise.id)
  const wanted = new Set<string>()
  for (const name of given) {
    const meantBy = known.includes(name) ? (one: Exercise) => one.id === name : groups.get(name)
    if (meantBy !== undefined) {
      for (const exercise of exercises.filter(meantBy)) wanted.add(exercise.id)
      continue
    }
    const suggestion = suggestNearest(name, known)
    const expected = known.map((one) => `\`${one}\``).join(', ')
    throw new UsageError(`\`--exercises\` expects exercises of \`${id}\` (${expected}), got \`${name}\`.${suggestion}`)
  }
  const selected = known.filter((name) => wanted.has(name))
  return selected.length === known.length ? undefined : selected
}

/** `Judged: httpserver. Left out: network, memory.`; undefined where all were judged. */
export function tellSelection(selected: string[] | undefined, { exercises }: Assignment): string | undefined {
  if (selected === undefined) return undefined
  const leftOut = exercises.map(({ id }) => id).filter((id) => !selected.includes(id))
  return `Judged: ${selected.join(', ')}. Left out: ${leftOut.join(', ')}.`
}

/** Looks into a network namespace, makes memory cgroups, or changes the root of a process. */
export function needsRoot({ kind, evidence }: Exercise): boolean {
  return kind === 'memory' || kind === 'chroot' || evidence
}
