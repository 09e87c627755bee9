import type { BootLimits } from '../../model/assignment.ts'
import type { Fault } from '../../model/feedback.ts'
import type { ContainerState } from '../../sandbox/container.ts'
import type { LogCapture } from '../../sandbox/log-capture.ts'
import type { Pressure } from '../../sandbox/pressure.ts'
import { lastLines, reproduceRun } from './log-evidence.ts'

/** Programs that came up against what a container may use, in the words that the student reads. */

const inMebibytes = (bytes: number) => `${Math.round(bytes / 1024 ** 2)} MiB`

export function outOfMemory(state: ContainerState, log: LogCapture, limits: BootLimits): Fault {
  return {
    reason: 'boot.out-of-memory',
    message: 'The program was killed because it used more memory than the container may have.',
    expected: `a server that starts within ${inMebibytes(limits.memoryBytes)}`,
    actual: `killed, exit code ${state.exitCode}`,
    reproduce: `docker run --rm --memory ${Math.round(limits.memoryBytes / 1024 ** 2)}m IMAGE`,
    evidence: [
      {
        kind: 'container',
        text: `The kernel counted an out-of-memory kill in its control group; the limit is ${inMebibytes(limits.memoryBytes)}.`,
      },
      lastLines(log),
    ],
  }
}

export function tooManyProcesses(
  state: ContainerState,
  log: LogCapture,
  limits: BootLimits,
  pressure: Pressure | undefined,
): Fault {
  return {
    reason: 'boot.too-many-processes',
    message: `The program wanted more than the ${limits.pids} processes and threads that a container may have, and ended with exit code ${state.exitCode}.`,
    expected: `a server with at most ${limits.pids} processes and threads`,
    actual: `the kernel refused ${pressure?.refusedProcesses ?? 'some'} more`,
    hint: 'A server needs few threads, whatever the number of requests. Is there a loop that starts programs or threads?',
    reproduce: `docker run --rm --pids-limit ${limits.pids} IMAGE`,
    evidence: [lastLines(log)],
  }
}

export function wroteTooMuch(writtenBytes: number, log: LogCapture, limits: BootLimits): Fault {
  return {
    reason: 'boot.disk',
    message: `The program was ended because it wrote ${inMebibytes(writtenBytes)} to disk; ${inMebibytes(limits.diskBytes)} are allowed.`,
    expected: `a server that writes less than ${inMebibytes(limits.diskBytes)}`,
    actual: inMebibytes(writtenBytes),
    hint: 'Does it write a file in a loop, or a log that nobody cuts?',
    reproduce: 'docker run -d --name c IMAGE; docker ps --size --filter name=c',
    evidence: [lastLines(log)],
  }
}

export function printedTooMuch(log: LogCapture, mostBytes: number): Fault {
  return {
    reason: 'boot.log-too-large',
    message: `The program was ended because it printed more than ${inMebibytes(mostBytes)}.`,
    expected: 'a line for the start and one for each request',
    actual: `${inMebibytes(log.arrivedBytes)} before it answered`,
    hint: 'Is there a loop that prints without a pause? Its last lines are below.',
    reproduce: `${reproduceRun} | head -c 1000000 | wc -l`,
    evidence: [lastLines(log)],
  }
}
