import type { XmlText } from '../model/encoded.ts'
import type { ExerciseRecord, Grade, GradesFile } from '../model/grade.ts'
import { forTerminal } from './escape.ts'
import type { FolderOf } from './github-paths.ts'
import { type JunitCase, type JunitFlavour, renderCheck, renderProperties, renderStatus } from './junit-case.ts'
import { formatPoints, formatSeconds } from './numbers.ts'
import { xmlBlock, xmlDocument } from './xml.ts'

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
export function renderJunit(file: GradesFile, flavour: JunitFlavour, folderOf: FolderOf = () => undefined): XmlText {
  const suites = file.grades.flatMap((grade) => suitesOf(grade, flavour, folderOf(grade)))
  const cases = suites.flatMap((suite) => suite.cases)
  const { skipped: _notInTheSchema, ...totals } = countsOf(cases)
  return xmlDocument(xmlBlock('testsuites', { name: file.run.assignment, ...totals }, suites.map(renderSuite)))
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
  const attributes = {
    name: forTerminal(suite.name),
    ...countsOf(suite.cases),
    timestamp: `${suite.startedAt.slice(0, 19)}Z`,
  }
  return xmlBlock('testsuite', attributes, [renderProperties(suite.properties), ...suite.cases.map(({ xml }) => xml)])
}

function countsOf(cases: JunitCase[]) {
  const count = (verdict: JunitCase['verdict']) => cases.filter((one) => one.verdict === verdict).length
  return {
    tests: cases.length,
    failures: count('failure'),
    errors: count('error'),
    skipped: count('skipped'),
    time: formatSeconds(cases.reduce((sum, one) => sum + one.durationMs, 0)),
  }
}
