/**
 * What *we* could not do. A student's fault is a value (a reason and feedback); ours is this error, and it never
 * becomes a number: the grade is `ungraded`.
 */
export const graderErrorCodes = [
  'engine.unreachable',
  'engine.failed',
  'engine.timeout',
  'base-image.unavailable',
  'base-image.stand-in-gap',
  'build.network',
  'build.unsupported',
  'disk.full',
  'host.tool-missing',
  'intake.unreadable',
  'git.unreachable',
  'limit.not-in-force',
  'security.below-level',
  'spec.crashed',
  'spec.none-ran',
  'merge.part-missing',
  'merge.parts-disagree',
  'github.unreachable',
  'queue.unreachable',
  'queue.no-worker',
  'queue.worker-lost',
  'queue.too-large',
  'queue.failed',
  'interrupted',
  'internal',
] as const

export type GraderErrorCode = (typeof graderErrorCodes)[number]

export class GraderError extends Error {
  override readonly name = 'GraderError'
  readonly code: GraderErrorCode
  /** What the person at the keyboard can do about it, as one or two sentences. */
  readonly remedy: string | undefined

  constructor(code: GraderErrorCode, message: string, options: { cause?: unknown; remedy?: string } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.remedy = options.remedy
  }
}

/** Wrong use of the command line or of a configuration file of the course: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** Whatever was thrown, as a GraderError: what the engine's client and the file system throw by kind, the rest `internal`. */
export function asGraderError(thrown: unknown): GraderError {
  if (thrown instanceof GraderError) return thrown
  const error = thrown as { code?: string; statusCode?: number; syscall?: string; message?: string }
  const message = error?.message ?? String(thrown)
  if (error?.code === 'ENOSPC' || /no space left on device/i.test(message)) {
    return new GraderError('disk.full', 'The disk of this machine is full.', {
      cause: thrown,
      remedy: 'Free some space (`docker system df` shows what the engine holds) and grade again.',
    })
  }
  const lostLine = ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT'].includes(error?.code ?? '')
  if (lostLine || (error?.code === 'ENOENT' && error.syscall === 'connect') || message === 'socket hang up') {
    return new GraderError('engine.unreachable', `The container engine went away: ${message}`, {
      cause: thrown,
      remedy: 'Start it again and grade what is ungraded once more.',
    })
  }
  if (error?.statusCode !== undefined) {
    return new GraderError('engine.failed', `The container engine failed: ${message}`, { cause: thrown })
  }
  return new GraderError('internal', `cgrade failed unexpectedly: ${message}`, { cause: thrown })
}
