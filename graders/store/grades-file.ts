import * as z from 'zod'
import { type GradesFile, gradesFileSchema } from '../model/grade.ts'
import { UsageError } from '../model/grader-error.ts'

const version = 'cgrade/grades/v1'

/** The text of a grades.json, or a sentence about what is wrong with it; `path` names it to people. */
export function parseGradesFile(text: string, path: string): GradesFile {
  const document = parseJson(text, path)
  const parsed = gradesFileSchema.safeParse(document)
  if (parsed.success) return parsed.data
  const found = z.object({ schema: z.string() }).safeParse(document)
  if (!found.success) throw new UsageError(`\`${path}\` is JSON, but not a file of grades: \`schema\` is missing.`)
  if (found.data.schema !== version) {
    throw new UsageError(
      `\`${path}\` has the schema \`${found.data.schema}\`; this version of cgrade reads \`${version}\`.`,
    )
  }
  throw new UsageError(
    `\`${path}\` breaks the schema \`${version}\`: ${firstIssue(parsed.error)}. Was it edited, or written by a newer cgrade?`,
  )
}

export function firstIssue(error: z.ZodError): string {
  const [issue] = error.issues
  const place = issue?.path.map(String).join('.') ?? ''
  return `${place === '' ? '' : `at \`${place}\`, `}${issue?.message ?? 'unknown'}`
}

export function parseJson(text: string, path: string): unknown {
  try {
    // A byte order mark is what some editors leave.
    return JSON.parse(text.replace(/^\u{FEFF}/u, ''))
  } catch (cause) {
    throw new UsageError(`\`${path}\` is not JSON: ${(cause as Error).message}`)
  }
}
