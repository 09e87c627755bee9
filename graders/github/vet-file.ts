import type { GradesFile } from '../model/grade.ts'
import type { Flow } from './flows.ts'
import type { JudgedChanges } from './judge-changes.ts'
import { type Rubric, vetGrade } from './vet-grade.ts'

const mostImages = 50
const mostNameChars = 300

export interface VettedFile {
  /** As far as it can be believed, for the submissions that the pull request changes. */
  file: GradesFile
  /** What was dropped or put right, for the log; may quote names of the artifact. */
  remarks: string[]
  /** Why none of it is to be believed. */
  untrusted?: string
}

export interface Grounds {
  flow: Flow
  rubric: Rubric
  /** Of the specs that are here. */
  specsDigest: string
  changes: JudgedChanges
}

/** The artifact of a run as a file of grades that says nothing which we do not know, or could not check. */
export function vetFile(claimed: GradesFile, { flow, rubric, specsDigest, changes }: Grounds): VettedFile {
  const remarks: string[] = []
  const { assignment } = rubric
  const ids = [...changes.submissions.keys()]
  const seen = new Set<string>()
  const grades = claimed.grades.flatMap((grade) => {
    // A student's repository is one submission, whatever folder it was checked out to.
    const id = flow === 'student' ? (ids[0] ?? '') : grade.submission.id.normalize('NFC')
    const place = changes.submissions.get(id)
    if (place === undefined) {
      remarks.push(`a grade for \`${id.slice(0, mostNameChars)}\`, which the pull request does not change: left out`)
      return []
    }
    if (seen.has(id)) {
      remarks.push(`a second grade for \`${id}\`: left out`)
      return []
    }
    seen.add(id)
    const vetted = vetGrade(grade, { id, source: place.path }, rubric)
    remarks.push(...vetted.remarks.map((remark) => `${id}: ${remark}`))
    return [vetted.grade]
  })
  const untrusted = changes.untrusted ?? whyOtherSpecs(claimed, assignment.id, specsDigest)
  return {
    file: { ...claimed, run: vetRun(claimed, rubric), grades },
    remarks,
    ...(untrusted === undefined ? {} : { untrusted }),
  }
}

function whyOtherSpecs({ run }: GradesFile, assignment: string, specsDigest: string): string | undefined {
  if (run.assignment !== assignment) {
    return `It was graded as another assignment than \`${assignment}\`, which \`publish.yml\` names.`
  }
  if (run.specsDigest !== specsDigest) {
    return `It was graded with other specs of \`${assignment}\` than those that \`publish.yml\` names.`
  }
  return undefined
}

function vetRun({ run }: GradesFile, { assignment }: Rubric): GradesFile['run'] {
  const cut = (text: string) => text.slice(0, mostNameChars)
  const known = assignment.exercises.map(({ id }) => id)
  const selected = known.filter((id) => run.exercises?.includes(id))
  return {
    id: cut(run.id),
    assignment: assignment.id,
    startedAt: run.startedAt,
    finishedAt: run.finishedAt,
    graderVersion: cut(run.graderVersion),
    specsDigest: cut(run.specsDigest),
    seed: cut(run.seed),
    engine: { name: cut(run.engine.name), version: cut(run.engine.version), cgroup: run.engine.cgroup },
    baseImages: run.baseImages.slice(0, mostImages).map(({ name, digest, standIn, standInFor }) => ({
      name: cut(name),
      digest: cut(digest),
      standIn,
      ...(standInFor === undefined ? {} : { standInFor: cut(standInFor) }),
    })),
    ...(selected.length === 0 || selected.length === known.length ? {} : { exercises: selected }),
    ...(run.interrupted === true ? { interrupted: true } : {}),
  }
}
