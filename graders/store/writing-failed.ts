import { GraderError, UsageError } from '../model/grader-error.ts'

const fullCodes = ['ENOSPC', 'EDQUOT', 'EFBIG']
const refusedCodes = ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST', 'ENAMETOOLONG', 'EISDIR']

/** What it means that a report could not be written: a full disk is our fault, a folder that forbids it the caller's. */
export function writingFailed(path: string): (error: unknown) => never {
  return (error) => {
    const { code = '', message } = error as NodeJS.ErrnoException
    if (fullCodes.includes(code)) {
      throw new GraderError('disk.full', `There is no room left to write \`${path}\`.`, {
        cause: error,
        remedy:
          'Free some space (`docker system df` tells what the engine holds), or name another folder with `--out`.',
      })
    }
    if (refusedCodes.includes(code)) {
      throw new UsageError(`\`${path}\` cannot be written (${code}). Name a folder of your own with \`--out\`.`)
    }
    throw new GraderError('internal', `\`${path}\` could not be written: ${message}`, { cause: error })
  }
}
