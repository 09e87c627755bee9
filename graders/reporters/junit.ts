import type { XmlText } from '../model/encoded.ts'
import type { ExerciseRecord, Grade, RunGrades } from '../model/grade.ts'
import { forTerminal, joinParts } from './escape.ts'
import type { FolderOf } from './github-paths.ts'
import {
  type JunitCase,
  type JunitFlavour,
  renderCheck,
  renderProperties,
  renderStatus,
  verdictOf,
  verdictOfStatus,
} from './junit-case.ts'
import { formatPoints, formatSeconds } from './numbers.ts'
import { xmlBlock, xmlDocumentParts } from './xml.ts'

type Counted = Pick<JunitCase, 'verdict' | 'durationMs'>

interface Suite {
  name: string
  startedAt: string
  properties: Record<string, string | undefined>
  cases: JunitCase[]
}

/**
 * One suite per submission and exercise, one level deep. A partial check is a failure with its points in the message;
 * what we could not judge is an error. Paths begin at the submission, or where `folderOf` has it. Rules: docs/grades-json.md, "junit.xml".
 */
export function renderJunit(file: RunGrades, flavour: JunitFlavour, folderOf?: FolderOf): XmlText {
  return joinParts(junitParts(file, flavour, folderOf))
}

/** The same in parts, a submission at a time. The grades are gone through twice: sums stand in front of what they count. */
export function* junitParts(
  { run, grades }: RunGrades,
  flavour: JunitFlavour,
  folderOf: FolderOf = () => undefined,
): Iterable<XmlText> {
  const counts = countCases()
  for (const grade of grades) counts.add(verdictsOf(grade))
  const { skipped: _notInTheSchema, ...totals } = counts.sums()
  const suites = function* () {
    for (const grade of grades) yield* suitesOf(grade, flavour, folderOf(grade)).map(renderSuite)
  }
  yield* xmlDocumentParts('testsuites', { name: run.assignment, ...totals }, suites())
}

/** Of the cases that the grade becomes, in their order. */
function verdictsOf(grade: Grade): Counted[] {
  const judged = grade.exercises.flatMap(({ checks }) =>
    checks.map((check) => ({ verdict: verdictOf(check), durationMs: check.durationMs })),
  )
  if (grade.status === 'graded') return judged
  return [{ verdict: verdictOfStatus(grade), durationMs: grade.durationMs }, ...judged]
}

function suitesOf(grade: Grade, flavour: JunitFlavour, folder: string | undefined): Suite[] {
  const judged = grade.exercises
    .filter((exercise) => exercise.checks.length > 0)
    .map((exercise) => exerciseSuite(grade, exercise, flavour, folder))
  return grade.status === 'graded' ? judged : [statusSuite(grade), ...judged]
}

function exerciseSuite(
  grade: Grade,
  exercise: ExerciseRecord,
  flavour: JunitFlavour,
  folder: string | undefined,
): Suite {
  return {
    name: `${grade.submission.id}: ${exercise.title}`,
    startedAt: exercise.phases[0]?.startedAt ?? grade.startedAt,
    properties: propertiesOf(grade, exercise),
    cases: exercise.checks.map((check) => renderCheck(grade.submission.id, exercise.id, check, flavour, folder)),
  }
}

function statusSuite(grade: Exclude<Grade, { status: 'graded' }>): Suite {
  return {
    name: `${grade.submission.id}: ${grade.status === 'rejected' ? 'intake' : 'grading'}`,
    startedAt: grade.startedAt,
    properties: propertiesOf(grade),
    cases: [renderStatus(grade)],
  }
}

function propertiesOf(grade: Grade, exercise?: ExerciseRecord): Record<string, string | undefined> {
  return {
    submission: grade.submission.id,
    digest: grade.submission.digest,
    status: grade.status,
    score: grade.status === 'ungraded' ? undefined : formatPoints(grade.score),
    max_score: grade.status === 'ungraded' ? undefined : formatPoints(grade.maxScore),
    dockerfile: exercise?.found.dockerfile,
    context: exercise?.found.context,
    port: exercise?.found.port?.toString(),
  }
}

function renderSuite(suite: Suite): XmlText {
  const counts = countCases()
  counts.add(suite.cases)
  const attributes = {
    name: forTerminal(suite.name),
    ...counts.sums(),
    timestamp: `${suite.startedAt.slice(0, 19)}Z`,
  }
  return xmlBlock('testsuite', attributes, [renderProperties(suite.properties), ...suite.cases.map(({ xml }) => xml)])
}

function countCases() {
  const counted = { passed: 0, failure: 0, error: 0, skipped: 0 } satisfies Record<JunitCase['verdict'], number>
  let durationMs = 0
  return {
    add(cases: Counted[]) {
      for (const one of cases) {
        counted[one.verdict] += 1
        durationMs += one.durationMs
      }
    },
    sums: () => ({
      tests: counted.passed + counted.failure + counted.error + counted.skipped,
      failures: counted.failure,
      errors: counted.error,
      skipped: counted.skipped,
      time: formatSeconds(durationMs),
    }),
  }
}
