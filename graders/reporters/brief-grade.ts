import type { CheckRecord, Grade } from '../model/grade.ts'
import { needsExplanation } from './outcome-marks.ts'

/** A grade without what only its own report shows: a thousand of these are a few megabytes, and tables and sums need no more. */
export function briefGrade(grade: Grade): Grade {
  const exercises = grade.exercises.map((exercise) => ({
    ...exercise,
    found: {},
    checks: exercise.checks.map(briefCheck),
  }))
  return { ...grade, exercises }
}

function briefCheck(check: CheckRecord): CheckRecord {
  const {
    evidence: _seen,
    expected: _asked,
    actual: _got,
    reproduce: _how,
    hint: _advice,
    location: _where,
    ...brief
  } = check
  // Nobody sums up what went well.
  return needsExplanation(check) ? brief : { ...brief, message: '' }
}
