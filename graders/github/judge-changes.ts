import type { Flow } from './flows.ts'

/** What a pull request may be graded for, and why not. */
export interface JudgedChanges {
  /** Ids of submissions that it changes, with their path in the repository: a folder, or an archive. */
  submissions: Map<string, { path: string; isFolder: boolean }>
  /** Why no grade of this run is to be believed: one sentence, which may quote a path of the student's. */
  untrusted?: string
  /** The commit is not (any more) the newest of an open pull request: nothing wrong, but nothing to know either. */
  isStale?: boolean
}

export interface CourseLayout {
  flow: Flow
  /** The folder of the submissions in the repository: `submissions`, or `.`. */
  submissions: string
  /** The repository's own name: the id of its submission in the flow `student`. */
  repositoryName: string
  /** The id that an archive's name stands for; undefined for another file. */
  archiveStem(name: string): string | undefined
}

/** `paths` are all that the pull request touches, or a part of them when there are too many to list. */
export function judgeChanges(paths: string[], isWhole: boolean, layout: CourseLayout): JudgedChanges {
  const submissions = layout.flow === 'student' ? ownRepository(layout) : submissionsOf(paths, layout)
  const untrusted = whyUntrusted(paths, isWhole, layout)
  return { submissions, ...(untrusted === undefined ? {} : { untrusted }) }
}

function ownRepository({ repositoryName }: CourseLayout): JudgedChanges['submissions'] {
  return new Map([[repositoryName, { path: '.', isFolder: true }]])
}

function submissionsOf(paths: string[], layout: CourseLayout): JudgedChanges['submissions'] {
  const found: JudgedChanges['submissions'] = new Map()
  for (const path of paths) {
    const name = entryOf(path, layout)
    if (name === undefined) continue
    const place = layout.submissions === '.' ? name : `${layout.submissions}/${name}`
    const isFolder = path !== place
    const stem = isFolder ? name : layout.archiveStem(name)
    if (stem === undefined || name.startsWith('.')) continue
    const id = stem.normalize('NFC')
    if (isFolder || !found.has(id)) found.set(id, { path: place, isFolder })
  }
  return found
}

function whyUntrusted(paths: string[], isWhole: boolean, layout: CourseLayout): string | undefined {
  const workflow = paths.find((path) => /^\.github(\/|$)/i.test(path))
  if (workflow !== undefined) return `This pull request changes \`${workflow}\`, and so how it is graded itself.`
  if (!isWhole)
    return 'This pull request changes more files than GitHub lists, so nobody can tell what else it changes.'
  if (layout.flow === 'student') return undefined
  const outside = paths.find((path) => entryOf(path, layout) === undefined)
  const entries = new Set(paths.flatMap((path) => entryOf(path, layout) ?? []))
  if (outside !== undefined && entries.size > 0) {
    return `This pull request changes \`${outside}\`, which is outside of the folder \`${layout.submissions}\`.`
  }
  if (entries.size > 1) {
    const [one, other] = entries
    return `This pull request changes more than one submission: \`${one}\` and \`${other}\`. One pull request is for one student.`
  }
  return undefined
}

/** The first name below the folder of the submissions; undefined for a path outside of it. */
function entryOf(path: string, { submissions }: CourseLayout): string | undefined {
  if (submissions !== '.' && !path.startsWith(`${submissions}/`)) return undefined
  const below = submissions === '.' ? path : path.slice(submissions.length + 1)
  return below.split('/')[0]
}
