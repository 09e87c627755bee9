import type { BuildFailure, FailedStep } from './build-failure.ts'
import { type FaultWords, nameStep } from './build-failure-fault.ts'

/** The container of a RUN step could not be started. */
export function cannotStart(failure: BuildFailure, step: FailedStep, message: string): FaultWords | undefined {
  const words = { reason: 'build.command-failed' as const, actual: message.slice(0, 300) }
  if (/exec: "\/bin\/sh": stat \/bin\/sh: no such file|exec: "\/bin\/sh": executable file not found/.test(message)) {
    return {
      ...words,
      message: `${nameStep(failure, step)} cannot run: \`${step.base ?? 'the image'}\` has no shell, and \`RUN\` needs one.`,
      hint: 'Do the work in an earlier stage that has a shell, and `COPY --from` the outcome; an image without shell can only be copied into.',
    }
  }
  const missing =
    /exec: "([^"]{1,200})": (?:executable file not found in \$PATH|stat .{1,200}: no such file or directory|permission denied|is a directory)/.exec(
      message,
    )
  if (missing !== null) {
    return {
      ...words,
      message: `${nameStep(failure, step)} cannot run: \`${missing[1]}\` is not there or not executable.`,
      hint: 'Check that it was copied or installed before this step, its path, and that it is executable (`chmod +x`).',
    }
  }
  const user = /unable to find (user|group) ([^:]{1,100}): no matching entries/.exec(message)
  if (user !== null) {
    return {
      ...words,
      message: `${nameStep(failure, step)} cannot run: there is no ${user[1]} \`${user[2]}\` in the image.`,
      hint: `Create it before \`USER\` (\`RUN adduser ...\`), or use a number (\`USER 1000\`).`,
    }
  }
  if (/exec format error/.test(message)) {
    return {
      ...words,
      message: `${nameStep(failure, step)} cannot run: the program is built for another processor or is no program.`,
      hint: 'Build it for Linux on the processor of the image, and give a script its `#!/bin/sh` line.',
    }
  }
  if (/uids and gids must be in range/.test(message)) {
    return {
      ...words,
      message: `${nameStep(failure, step)} cannot run: the number in \`USER\` is past the last that a user can have, 2147483647.`,
      hint: 'Use a number below 65536, such as `USER 1000`.',
    }
  }
  const folder = /(?:mkdir|chdir to cwd|stat) [^\s\w/]{0,3}(\/[^"\s:)]*)/.exec(message)?.[1]
  const isOutside = /current working directory is outside of container/.test(message)
  const place = failure.dockerfile.places.findLast(({ path }) => path === folder)
  if (
    /OCI runtime (?:create|exec) failed|runc (?:create|run) failed/.test(message) &&
    (isOutside || place !== undefined)
  ) {
    return {
      ...words,
      message: `${nameStep(failure, step)} cannot run: its \`WORKDIR\`${place === undefined ? '' : ` \`${place.path}\``} is no folder that a program can work in.`,
      hint: 'Use a folder of its own in the image, such as `/app`, and no link to somewhere else.',
    }
  }
  return undefined
}
