import { type GradesFile, gradesFileSchema } from '../model/grade.ts'
import { forJson } from './escape.ts'

/** The document that other programs read; a file of ours that breaks the schema is never written. */
export function renderJson(file: GradesFile): string {
  return `${forJson(JSON.stringify(gradesFileSchema.parse(file), null, 2))}\n`
}
