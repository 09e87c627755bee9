import { expect } from 'vitest'
import type {
  CgroupTrial,
  Jail,
  MemoryRun,
  NetworkEvidence,
  PushedImage,
  UnpackedRootfs,
} from '../model/observations.ts'
import type { BootFacts, BuildFacts, NamespaceFacts, StopFacts, Verdict } from '../model/verdict.ts'
import type { HttpExchange } from '../probes/http.ts'
import { judgeAddress } from './judge-address.ts'
import { judgeAnswer } from './judge-answer.ts'
import { judgeCgroupScript } from './judge-cgroup-script.ts'
import { judgeEcho } from './judge-echo.ts'
import { judgeEvidence } from './judge-evidence.ts'
import { judgeConfinement, judgeJail } from './judge-jail.ts'
import { judgeClientAddress, judgeStatus, type StreamCredit } from './judge-log.ts'
import { judgeGrowth, judgeOomKill } from './judge-memory.ts'
import { judgePushed } from './judge-registry.ts'
import { judgeRootfs } from './judge-rootfs.ts'
import { judgeExitCode, judgeFinished, judgeStopInTime, judgeTurnedAway } from './judge-stop.ts'
import { judgeVersion, type VersionRun } from './judge-version.ts'
import { failedBy, passed, settle, settleLater } from './judgement.ts'
import type { Server } from './server.ts'

interface SpecMatchers<R extends void | Promise<void>> {
  /** The image was built. */
  toHaveBuilt(): R
  /** A container of the image answered HTTP. */
  toHaveStarted(): R
  /** Each header that was sent comes back as a response header, every time, on some route. */
  toEchoHeaders(sent: [name: string, value: string][]): R
  /** A response header carries the value of the environment variable, for every value it was given. */
  toCarryEnvironment(variable: string): R
  /** The access log has the address that our requests came from. */
  toLogClientAddress(credit: StreamCredit): Promise<void>
  /** The access log has the status that we received. */
  toLogStatus(credit: StreamCredit): Promise<void>
  /** The first answer has this status; `control` is the answer of a path that nobody serves. */
  toAnswer(status: number, control: HttpExchange[]): R
  /** The network namespace of the container shows the address that the engine gave it. */
  toShowAddress(engineAddress: string): R
  /** What the student shows of a network namespace was really seen in one. */
  toShowItsOwnAddress(): R
  /** Memory charged to its cgroup went past so many bytes. */
  toHaveGrownPast(bytes: number): R
  /** The kernel's OOM killer ended it at its limit. */
  toBeOomKilled(): R
  /** The script put `malloc` into a cgroup with this limit, where the kernel killed it. */
  toHaveLimitedMemory(limitBytes: number): R
  /** chroot came in, bash and ls ran, and ls listed just what lies there. */
  toHoldBashAndLs(): R
  /** Nothing but bash and ls runs in it, and nothing outside of it is seen. */
  toBeConfined(): R
  /** It is the root file system of the image, unpacked, with a shell that runs. */
  toBeAnUnpackedImage(): R
  /** It is in its registry, for the platform that is asked for, with the settings that the Dockerfile makes. */
  toBeTheImageThatWasBuilt(): R
  /** A container that got a signal ended by itself before its grace was over. */
  toHaveStoppedInTime(): R
  /** ... with this exit code. */
  toHaveExitedWith(code: number): R
  /** A request that was open when the signal came had its whole answer: 200, with this text. */
  toBeFinished(text: string): R
  /** The last request after the signal was not served: no answer, or a status of 400 and above. */
  toBeTurnedAway(): R
}

declare module 'vitest' {
  interface Matchers<R extends void | Promise<void> = void | Promise<void>, T = unknown> extends SpecMatchers<R> {
    /** Never there: repeats the type parameter that vitest declares. */
    readonly [specSubject]?: T
  }
}
declare const specSubject: unique symbol

expect.extend({
  toHaveBuilt: (build: BuildFacts) =>
    answer(build.ok ? passed(`Built from \`${build.dockerfile}\`.`) : failedBy(build.fault)),

  toHaveStarted: (start: BootFacts) =>
    answer(start.ok ? passed(`The server answers on port ${start.port}.`) : failedBy(start.fault)),

  toEchoHeaders: (answers: HttpExchange[], sent: [string, string][]) => answer(judgeEcho(answers, sent)),

  toCarryEnvironment: (runs: VersionRun[], variable: string) => answer(judgeVersion(variable, runs)),

  toLogClientAddress: async (server: Server, credit: StreamCredit) => later(judgeClientAddress(server, credit)),

  toLogStatus: async (server: Server, credit: StreamCredit) => later(judgeStatus(server, credit)),

  toAnswer: ([first]: HttpExchange[], status: number, control: HttpExchange[]) =>
    answer(judgeAnswer(first, status, control)),

  toShowAddress: (seen: NamespaceFacts, engineAddress: string) => answer(judgeAddress(seen, engineAddress)),
  toShowItsOwnAddress: (evidence: NetworkEvidence) => answer(judgeEvidence(evidence)),
  toHaveGrownPast: (run: MemoryRun, bytes: number) => answer(judgeGrowth(run, bytes)),
  toBeOomKilled: (run: MemoryRun) => answer(judgeOomKill(run)),
  toHaveLimitedMemory: (trial: CgroupTrial, limitBytes: number) => answer(judgeCgroupScript(trial, limitBytes)),
  toHoldBashAndLs: (jail: Jail) => answer(judgeJail(jail)),
  toBeConfined: (jail: Jail) => answer(judgeConfinement(jail)),
  toBeAnUnpackedImage: (rootfs: UnpackedRootfs) => answer(judgeRootfs(rootfs)),
  toBeTheImageThatWasBuilt: (pushed: PushedImage) => answer(judgePushed(pushed)),
  toHaveStoppedInTime: (stop: StopFacts) => answer(judgeStopInTime(stop)),
  toHaveExitedWith: (stop: StopFacts, code: number) => answer(judgeExitCode(stop, code)),
  toBeFinished: (exchange: HttpExchange, text: string) => answer(judgeFinished(exchange, text)),
  toBeTurnedAway: (answers: HttpExchange[]) => answer(judgeTurnedAway(answers)),
})

/** Records the verdict, and tells vitest whether to go on. */
function answer(verdict: Verdict): { pass: boolean; message: () => string } {
  settle(verdict)
  return { pass: verdict.outcome === 'passed', message: () => verdict.message }
}

async function later(coming: Promise<Verdict>): Promise<{ pass: boolean; message: () => string }> {
  const verdict = await settleLater(coming)
  return { pass: verdict.outcome === 'passed', message: () => verdict.message }
}

export { expect }
