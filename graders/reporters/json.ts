import type { JsonText } from '../model/encoded.ts'
import { type GradesFile, gradesFileSchema } from '../model/grade.ts'
import { forJson } from './escape.ts'

/** The document that other programs read; a file of ours that breaks the schema is never written. */
export function renderJson(file: GradesFile): JsonText {
  return forJson(gradesFileSchema.parse(file))
}
