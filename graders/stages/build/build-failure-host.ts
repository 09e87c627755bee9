import { GraderError } from '../../model/grader-error.ts'
import type { BuildFailure, FailedStep } from './build-failure.ts'
import { nameStep } from './build-failure-fault.ts'

/** Failures of the grading host, in words for whoever runs it. */
export function networkError(failure: BuildFailure, step: FailedStep, line: string): GraderError {
  return new GraderError(
    'build.network',
    `${nameStep(failure, step)} could not reach the network from here: ${line.trim().slice(0, 300)}`,
    {
      remedy:
        'Give the grading host access to the internet, to a module proxy or to a mirror, and grade again; or set `network: none` in the assignment if its handout says that builds work offline.',
    },
  )
}

/** With the policy of module proxies: the build asked for what it may have, and we had it not. */
export function unreachableProxy(unreachable: readonly string[]): GraderError {
  return new GraderError(
    'build.network',
    `A build could not get its modules through this host: ${unreachable.join('; ').slice(0, 300)}`,
    {
      remedy:
        'Give the grading host access to the module proxies that `limits.build.network` lists, and grade again; or list one that it can reach.',
    },
  )
}

export function diskFullError(what: string): GraderError {
  return new GraderError('disk.full', `The disk of the grading host is full: ${what.trim().slice(0, 300)}`, {
    remedy: 'Free some space (`docker system df` shows what the engine uses), and grade again.',
  })
}

export function unsupportedError(what: string): GraderError {
  return new GraderError(
    'build.unsupported',
    `This Dockerfile needs BuildKit, which cannot build under limits here: ${what}`,
    {
      remedy:
        'Grade this submission on an engine that has BuildKit under limits; `./grade doctor` tells what this one can.',
    },
  )
}

export function baseImageError(engineMessage: string): GraderError {
  return new GraderError(
    'base-image.unavailable',
    `The engine could not get a base image: ${engineMessage.trim().slice(0, 300)}`,
    {
      remedy: 'Check the registry or mirror (`./grade doctor`), or load the image (`./grade images`), and grade again.',
    },
  )
}

export function engineError(engineMessage: string): GraderError {
  return new GraderError(
    'engine.failed',
    `The engine could not carry out the build: ${engineMessage.trim().slice(0, 300)}`,
    {
      remedy: 'See the log of the engine; `./grade doctor` checks what builds need.',
    },
  )
}
