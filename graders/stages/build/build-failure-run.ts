import type { GraderError } from '../../model/grader-error.ts'
import type { BuildExplanation, BuildFailure, FailedStep } from './build-failure.ts'
import { type CompileError, findCompileError, isCompileError } from './build-failure-compile.ts'
import { type FaultWords, faultOf, nameStep } from './build-failure-fault.ts'
import { explainGoModules } from './build-failure-go.ts'
import { diskFullError, networkError, unreachableProxy } from './build-failure-host.ts'
import { findOwnAddress, hadNetworkTrouble, isWrittenBy, lastNetworkFailure } from './build-failure-network.ts'
import { findCompilerGap, findStandInGap, readMissingCommand } from './build-failure-stand-in.ts'

/** A network failure further from the end than this did not end the step. */
const endLines = 25

const killed =
  /\bsignal: killed$|Killed signal terminated program|^Killed$|cannot allocate memory|Cannot allocate memory|out of memory|MemoryError$|std::bad_alloc/

/** What package tools say when their lists could not be fetched, too. */
const missingPackage =
  /Unable to locate package|has no installation candidate|\(no such package\)|No matching distribution found|No match for argument/

const complaint =
  /\b(?:error|fatal|failed|failure|cannot|can't|could not|couldn't|denied|unable|not found|no such|invalid|unknown|missing|undefined|exception|panic)\b|^E: |--- FAIL/i

/** A RUN whose command ended with another code than 0: judged by how its own output ends. */
export function explainRun(failure: BuildFailure, step: FailedStep, code: number): BuildExplanation {
  const theirs = (words: FaultWords): BuildExplanation => ({
    blame: 'submission',
    fault: faultOf(failure, step, words),
  })
  const end = step.output.slice(-endLines)
  const own = (shape: RegExp) =>
    end.findLast((line) => shape.test(line) && !isCompileError(line) && !isWrittenBy(step.text, line))
  const killedLine = own(killed)
  if (code === 137 || killedLine !== undefined) return theirs(outOfMemory(failure, step, killedLine))
  const full = own(/(?:no space left on device|disk quota exceeded)\W{0,5}$/i)
  if (full !== undefined && !full.includes('/dev/shm')) return { blame: 'host', error: diskFullError(full) }

  const host = (error: GraderError): BuildExplanation => ({ blame: 'host', error })
  const networkAt = lastNetworkFailure(step.output, step.text)
  const compile = findCompileError(step.output, failure)
  const modules = explainGoModules(failure, step)
  if (compile !== undefined && modules === undefined && compile.at > networkAt) {
    const gap = findCompilerGap(failure, step, compile.file)
    return gap === undefined ? theirs(compileError(failure, step, compile)) : host(gap)
  }
  const unreachable = failure.networkTrouble?.unreachable ?? []
  if (unreachable.length > 0 && hadNetworkTrouble(failure, step)) return host(unreachableProxy(unreachable))
  if (networkAt !== -1 && networkAt >= step.output.length - endLines) {
    return explainNetwork(failure, step, step.output[networkAt] ?? '')
  }
  const gap = findStandInGap(failure, step)
  if (gap !== undefined) return host(gap)
  if (modules !== undefined) return modules
  const missing = own(missingPackage)
  if (missing !== undefined && failure.network === 'default' && hadNetworkTrouble(failure, step)) {
    return host(networkError(failure, step, missing))
  }
  return theirs(commandFailed(failure, step, code))
}

function explainNetwork(failure: BuildFailure, step: FailedStep, line: string): BuildExplanation {
  const own = findOwnAddress(line, failure.dockerfile)
  const said = `\`${line.trim().slice(0, 200)}\``
  if (own !== undefined) {
    return {
      blame: 'submission',
      fault: faultOf(failure, step, {
        reason: 'build.command-failed',
        message: `${nameStep(failure, step)} tried to reach \`${own}\`, an address that exists on your own machine or network only: ${said}.`,
        hint: `Remove \`${own}\` (a proxy?) from the Dockerfile; during a build nothing of yours runs there.`,
      }),
    }
  }
  if (failure.network === 'default') return { blame: 'host', error: networkError(failure, step, line) }
  if (failure.network !== 'none') {
    const refused = failure.networkTrouble?.refused ?? []
    const asked =
      refused.length === 0
        ? ''
        : ` It asked for ${refused
            .map((one) => `\`${one}\``)
            .join(', ')
            .slice(0, 300)}.`
    return {
      blame: 'submission',
      fault: faultOf(failure, step, {
        reason: 'build.network-policy',
        message: `${nameStep(failure, step)} tried to download something that builds of this assignment cannot reach: ${said}.${asked}`,
        hint: `Only module proxies can be reached (${failure.network.modules.join(', ')}), so that a build depends on nothing else. Leave the default \`GOPROXY\`, or hand in what the build needs: for Go, run \`go mod vendor\` and hand in the \`vendor\` folder.`,
      }),
    }
  }
  return {
    blame: 'submission',
    fault: faultOf(failure, step, {
      reason: 'build.command-failed',
      message: `${nameStep(failure, step)} tried to download something, but builds of this assignment have no network: ${said}.`,
      hint: 'Hand in what the build needs: for Go, run `go mod vendor` and hand in the `vendor` folder.',
    }),
  }
}

function outOfMemory(failure: BuildFailure, step: FailedStep, line: string | undefined): FaultWords {
  const said = line === undefined ? '' : ` Its output ends with \`${line.trim().slice(0, 200)}\`.`
  return {
    reason: 'build.out-of-memory',
    message: `${nameStep(failure, step)} was killed because it used more memory than a build may.${said}`,
    hint: 'Let the step do less at once, e.g. compile with fewer jobs (`go build -p 1`, `make -j1`).',
  }
}

function compileError(
  failure: BuildFailure,
  step: FailedStep,
  { file, text, message, location }: CompileError,
): FaultWords {
  const tool = file === '' ? 'The linker' : 'The compiler'
  const where = location?.line === undefined ? tool : `\`${location.file}\`, line ${location.line}`
  return {
    reason: 'build.compile-error',
    message: `${where}: ${message.slice(0, 300)} - so ${nameStep(failure, step)} failed.`,
    hint: 'The program does not compile. Correct it until the same command succeeds on your machine, then build the image again.',
    actual: text.trim(),
    ...(location === undefined ? {} : { location }),
  }
}

function commandFailed(failure: BuildFailure, step: FailedStep, code: number): FaultWords {
  const tail = step.output.slice(-15)
  // Output and errors arrive in any order, so the last line is not always the one that tells.
  const telling = tail.findLast((line) => complaint.test(line)) ?? tail.findLast((line) => line.trim() !== '')
  const said = telling === undefined ? ' It printed nothing.' : ` It printed \`${telling.trim().slice(0, 200)}\`.`
  const words = { reason: 'build.command-failed' as const, expected: 'exit code 0', actual: `exit code ${code}` }
  const missing = step.output.map(readMissingCommand).findLast((name) => name !== undefined)
  if (code === 127 && missing !== undefined) {
    return {
      ...words,
      message: `${nameStep(failure, step)} failed: there is no command \`${missing}\` in the image at that point.`,
      hint: missing.includes('/')
        ? `Check that \`${missing}\` was copied, the \`WORKDIR\`, and the first line of the script: a \`#!\` line that ends in CR (Windows line ends) names an interpreter that does not exist.`
        : `Install it in an earlier step, or start from an image that has it; \`${step.base ?? 'the base image'}\` has not. Check the spelling, too.`,
    }
  }
  if (code === 126) {
    return {
      ...words,
      message: `${nameStep(failure, step)} failed: the file is there but cannot be executed (exit code 126).${said}`,
      hint: 'Make it executable (`RUN chmod +x ...`, or `git update-index --chmod=+x`), and check that it is built for Linux and this processor.',
    }
  }
  return {
    ...words,
    message: `${nameStep(failure, step)} ended with exit code ${code}.${said}`,
    hint: 'Run the command below to see the same; the reason stands in the last lines of its output.',
  }
}
