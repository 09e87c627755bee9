import type { JsonText } from '../model/encoded.ts'
import { type Grade, type GradesFile, gradeSchema, type RunGrades, runRecordSchema } from '../model/grade.ts'
import { forJsonList, joinParts } from './escape.ts'

/** The document that other programs read; a file of ours that breaks the schema is never written. */
export function renderJson(file: RunGrades): JsonText {
  return joinParts(jsonParts(file))
}

/** The same in parts, a grade at a time, for runs whose grades are not all in memory. */
export function jsonParts({ run, grades }: RunGrades): Iterable<JsonText> {
  const start: Omit<GradesFile, 'grades'> = { schema: 'cgrade/grades/v1', run: runRecordSchema.parse(run) }
  return forJsonList(start, 'grades', parsed(grades))
}

function* parsed(grades: Iterable<Grade>): Iterable<Grade> {
  for (const grade of grades) yield gradeSchema.parse(grade)
}
