import { readFile, stat } from 'node:fs/promises'
import { UsageError } from '../model/grader-error.ts'

/** Grade books of whole universities are smaller. */
const mostBytes = 64 * 1024 * 1024

/**
 * A text file of the caller's own as it is, byte order mark and line ends and all. `option` named it and `expects` completes
 * "expects ...", for messages.
 */
export async function readOwnText(path: string, option: string, expects: string): Promise<string> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => error)
  if (found instanceof Error) {
    const why = found.code === 'ENOENT' ? `There is no file \`${path}\`` : `\`${path}\` cannot be read (${found.code})`
    throw new UsageError(`${why}; \`${option}\` expects ${expects}.`)
  }
  if (!found.isFile()) throw new UsageError(`\`${path}\` is no file; \`${option}\` expects ${expects}.`)
  if (found.size > mostBytes)
    throw new UsageError(`\`${path}\` has ${found.size} bytes; \`${option}\` expects ${expects}.`)
  const bytes = await readFile(path)
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new UsageError(
      `\`${path}\` is not UTF-8 text. Take it as it was exported; of what a spreadsheet can save, "CSV UTF-8" is right.`,
    )
  }
}
