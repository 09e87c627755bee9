import type { IntakeLimits } from '../../model/assignment.ts'
import type { Fault } from '../../model/feedback.ts'
import { GraderError } from '../../model/grader-error.ts'
import { codeOf } from './open-folder.ts'

interface SizedFile {
  path: string
  bytes: number
}

export function tooLarge(files: SizedFile[], limits: IntakeLimits): Fault {
  const biggest = files.toSorted((a, b) => b.bytes - a.bytes || (a.path < b.path ? -1 : 1)).slice(0, 3)
  const list = biggest.map(({ path, bytes }) => `${quotePath(path)} (${formatBytes(bytes)})`).join(', ')
  const [first] = biggest
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0)
  const message =
    first !== undefined && first.bytes > limits.fileBytes
      ? `A file is larger than the ${formatBytes(limits.fileBytes)} that one file may have. The biggest files: ${list}.`
      : `The submission has ${formatBytes(total)}, more than the ${formatBytes(limits.totalBytes)} that may be handed in. The biggest files: ${list}.`
  return {
    reason: 'intake.too-large',
    message,
    hint: 'Hand in source, not what is made from it: delete saved images, archives, core dumps and downloaded modules.',
    expected: `at most ${formatBytes(limits.totalBytes)} in all and ${formatBytes(limits.fileBytes)} in one file`,
    actual: `${formatBytes(total)} in all`,
  }
}

export function tooManyFiles(limits: IntakeLimits, folder: string): Fault {
  return {
    reason: 'intake.too-many-files',
    message: `The submission has more than ${limits.entries} files and folders; the count passed that in ${quotePath(folder)}.`,
    hint: 'Hand in source only: delete `node_modules`, virtual environments and build output.',
    expected: `at most ${limits.entries} files and folders`,
  }
}

export function tooDeep(limits: IntakeLimits, path: string): Fault {
  return {
    reason: 'intake.too-deep',
    message: `${quotePath(path)} lies too deep: ${path.split('/').length} levels and ${Buffer.byteLength(path)} bytes of path.`,
    hint: 'Move the program nearer to the root of the folder that you hand in.',
    expected: `at most ${limits.depth} levels and ${maxPathBytes} bytes of path`,
  }
}

/** Our copy lies in a folder of its own, and the whole path must stay below PATH_MAX. */
export const maxPathBytes = 1024

export function specialFile(path: string, kind: string): Fault {
  return {
    reason: 'intake.special-file',
    message: `${quotePath(path)} is a ${kind}. Only files, folders and links can be graded: reading a ${kind} may never end.`,
    hint: `Delete it before you hand in: \`rm ${shellQuote(path)}\`.`,
    location: { file: path },
  }
}

export function linksOutside(links: { path: string; target: string }[]): Fault {
  const [first] = links as [{ path: string; target: string }]
  const others = links.length - 1
  const more = others === 0 ? '' : ` (and ${others} more ${others === 1 ? 'link' : 'links'} that do)`
  return {
    reason: 'intake.link-outside',
    message: `${quotePath(first.path)} is a link to ${quotePath(first.target)}, which is outside of the folder that was handed in${more}. What is there was not handed in, so it cannot be graded.`,
    hint: 'Replace the link by a copy of the file, or by a relative link to a file inside the folder.',
    location: { file: first.path },
  }
}

export function emptySubmission(message: string): Fault {
  return {
    reason: 'intake.empty',
    message,
    hint: 'Hand in the folder that holds your Dockerfile and your source code.',
  }
}

export function unreadable(path: string, cause: unknown): GraderError {
  const code = codeOf(cause)
  const denied = code === 'EACCES' || code === 'EPERM'
  return new GraderError('intake.unreadable', `${quotePath(path)} cannot be read (${code || 'unknown error'}).`, {
    cause,
    remedy: denied
      ? 'Give yourself the right to read it (`chmod -R u+rX <folder>`), or run cgrade as the user that owns it.'
      : 'Check the file system on which the submission lies, then grade it again.',
  })
}

/** A path in a sentence: bounded; reporters encode it for their sink. */
export function quotePath(path: string): string {
  const shown = path === '' ? '.' : path
  return shown.length <= 200 ? `\`${shown}\`` : `\`${shown.slice(0, 90)}…${shown.slice(-90)}\``
}

function shellQuote(path: string): string {
  return /^[\w./-]+$/.test(path) && !path.startsWith('-') ? path : `'${path.replaceAll("'", "'\\''")}'`
}

export function formatBytes(bytes: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']
  let value = bytes
  let unit = 0
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024
    unit++
  }
  const rounded = unit === 0 || value >= 100 ? Math.round(value) : Math.round(value * 10) / 10
  return `${rounded} ${units[unit]}`
}
