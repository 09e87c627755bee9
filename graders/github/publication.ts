import type { MarkdownText } from '../model/encoded.ts'
import type { GradesFile } from '../model/grade.ts'
import { terminal } from '../reporters/escape.ts'
import { renderCheckRun } from '../reporters/github-check-run.ts'
import { commentMarker, renderComment } from '../reporters/github-comment.ts'
import { forMarkdown, joinMarkdown, linkMarkdown, markdown } from '../reporters/markdown.ts'
import type { ArtifactReading } from './read-artifact.ts'
import type { GradedRun } from './read-event.ts'
import { type Grounds, type VettedFile, vetFile } from './vet-file.ts'
import type { CheckToWrite } from './write-check.ts'
import { markRun } from './write-comment.ts'

/** What is to be written, and why it says what it says. */
export interface Publication {
  check: CheckToWrite
  comment: MarkdownText
  /** False: nothing to tell; only a comment that is there already must not go on telling of another commit. */
  isNews: boolean
  untrusted?: string
  /** For the log. */
  remarks: string[]
}

export interface Circumstances extends Grounds {
  run: GradedRun
  requirePass: boolean
  /** Everything that counts was passed. */
  isPassed(file: GradesFile): boolean
}

const mostRemarks = 100
const staleTitle = terminal`No score here: not the newest commit of an open pull request`

/** What to say of an artifact, whatever is in it. */
export function composePublication(reading: ArtifactReading, given: Circumstances): Publication {
  if (reading.read === 'nothing' && given.changes.untrusted === undefined) return gradingDidNotEnd(given)
  const empty = emptyFile(given)
  const { file, remarks, untrusted }: VettedFile =
    reading.read === 'whole'
      ? vetFile(reading.file, given)
      : {
          file: empty,
          remarks: [],
          untrusted: given.changes.untrusted ?? `The file of grades of this run was refused: ${whyRefused(reading)}.`,
        }
  const options = { ...(untrusted === undefined ? {} : { untrusted }) }
  const isPassed = untrusted === undefined && file.grades.length > 0 && given.isPassed(file)
  const isLost = given.requirePass && (untrusted !== undefined || file.grades.length > 0)
  const output = renderCheckRun(file, { ...options, folderOf: ({ submission }) => folderOf(submission.id, given) })
  return {
    check: {
      conclusion: isPassed ? 'success' : isLost ? 'failure' : 'neutral',
      output: given.changes.isStale === true ? { ...output, title: staleTitle } : output,
    },
    comment: markRun(renderComment(file, { ...options, checkUrl: given.run.url }), given.run),
    isNews: untrusted !== undefined || file.grades.length > 0,
    ...options,
    remarks: remarks.slice(0, mostRemarks),
  }
}

/** Ours, or GitHub's: no artifact at all. */
function gradingDidNotEnd(given: Circumstances): Publication {
  const { run, requirePass } = given
  const told = joinMarkdown([
    markdown`❗ **Grading did not come to an end.** The run ended with ${forMarkdown(run.conclusion)} and handed over no grades. That is not your fault, and no points are lost.`,
    markdown`${linkMarkdown('The run', run.url)} tells more. A member of staff can start it again with \`Re-run jobs\`.`,
  ])
  const heading = markdown`${commentMarker}\n### cgrade: ${forMarkdown(given.rubric.assignment.id)}`
  return {
    check: {
      conclusion: requirePass ? 'failure' : 'neutral',
      output: {
        title: terminal`Grading did not come to an end`,
        summary: told,
        text: markdown``,
        annotations: [],
      },
    },
    comment: markRun(joinMarkdown([heading, told]), run),
    isNews: true,
    remarks: [`the run ended with ${run.conclusion} and has no file of grades`],
  }
}

function whyRefused(reading: Exclude<ArtifactReading, { read: 'whole' }>): string {
  return reading.read === 'refused' ? reading.why : 'there is none'
}

/** Undefined for an archive: its files are not in the repository. */
function folderOf(id: string, { changes }: Circumstances): string | undefined {
  const place = changes.submissions.get(id)
  if (place?.isFolder !== true) return undefined
  return place.path === '.' ? '' : place.path
}

function emptyFile({ rubric, specsDigest, run }: Circumstances): GradesFile {
  const at = '1970-01-01T00:00:00.000Z'
  return {
    schema: 'cgrade/grades/v1',
    run: {
      id: String(run.id),
      assignment: rubric.assignment.id,
      startedAt: at,
      finishedAt: at,
      graderVersion: '',
      specsDigest,
      seed: '',
      engine: { name: '', version: '', cgroup: 0 },
      baseImages: [],
    },
    grades: [],
  }
}
