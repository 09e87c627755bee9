import type { BuildLimits } from '../../model/assignment.ts'
import type { Fault } from '../../model/feedback.ts'
import type { BuildBreak } from '../../sandbox/build-image.ts'

/** How a student sees the same, and which limits were in force. */
export interface PastLimit {
  limits: BuildLimits
  reproduce: string
}

/** A build that we broke off, because it took more than its share. */
export function explainPastLimit(end: Exclude<BuildBreak, { how: 'failed' }>, { limits, reproduce }: PastLimit): Fault {
  const seen = { reproduce, evidence: [{ kind: 'build-log' as const, text: end.log.slice(-2_000) }] }
  switch (end.how) {
    case 'timeout':
      return {
        reason: 'build.timeout',
        message: `The build did not end within ${limits.timeoutMs / 1000} seconds.`,
        hint: 'Does a RUN step wait for input, or start the server instead of building it?',
        ...seen,
      }
    case 'log-too-large':
      return {
        reason: 'build.log-too-large',
        message: `The build printed more than ${mebibytes(limits.logBytes)} and was stopped.`,
        hint: 'A RUN step prints without end; see the last lines.',
        ...seen,
      }
    case 'disk':
      return {
        reason: 'build.disk',
        message: `The build had written ${mebibytes(end.bytes)} when it was stopped; all its steps together may write ${mebibytes(limits.diskBytes)}.`,
        hint: 'A step writes without end, or unpacks something huge; a file with holes counts by its length.',
        ...seen,
      }
  }
}

/** The image was built, but keeping and starting it would take too much of the disk. */
export function explainTooLarge(bytes: number, { limits, reproduce }: PastLimit): Fault {
  return {
    reason: 'build.too-large',
    message: `The image adds ${mebibytes(bytes)} to its base; an image may add ${mebibytes(limits.imageBytes)}.`,
    hint: 'Build in one stage and `COPY --from` only the program into the last one; remove what a step downloads in the same `RUN`.',
    reproduce,
  }
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 1024 ** 2)} MiB`
}
