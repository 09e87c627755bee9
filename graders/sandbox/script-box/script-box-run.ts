import { setTimeout as sleep } from 'node:timers/promises'
import type Docker from 'dockerode'
import type { ScriptRun } from './script-box.ts'
import { type BoxContainer, type ExecOptions, interrupted } from './script-box-container.ts'
import { boxDiskBytes } from './script-box-profile.ts'
import { ScriptOutput } from './script-output.ts'

const askEveryMs = 100
const weighEveryMs = 2_000
/** What the engine still holds of the output when the program has ended; more only where something else holds its end of it. */
const lastOutputMs = 300
/** For the engine to notice that what was killed has ended. */
const killMs = 3_000

export interface BoxRunOptions extends ExecOptions {
  stdin?: string
  timeoutMs: number
  until?: () => Promise<boolean>
  outputBytes: number
  signal: AbortSignal
}

/** Runs one program in a box to its end, or until its time is up. */
export async function runInBox(container: BoxContainer, command: string[], options: BoxRunOptions): Promise<ScriptRun> {
  const { stdin, signal } = options
  if (signal.aborted) throw interrupted()
  try {
    const { exec, stream } = await container.attach(command, { ...options, stdin: stdin !== undefined })
    const output = new ScriptOutput(stream, options.outputBytes)
    if (stdin !== undefined) stream.end(stdin)
    try {
      const how = await watch(container, exec, output, options)
      if (how !== 'exited') await endAll(container, exec)
      await output.settle(lastOutputMs)
      const { ExitCode } = await exec.inspect()
      return { how, ...(typeof ExitCode === 'number' ? { exitCode: ExitCode } : {}), output: output.toString() }
    } finally {
      stream.destroy()
    }
  } catch (thrown) {
    if (signal.aborted) throw interrupted()
    throw thrown
  }
}

async function watch(
  container: BoxContainer,
  exec: Docker.Exec,
  output: ScriptOutput,
  { timeoutMs, until, signal }: BoxRunOptions,
): Promise<ScriptRun['how']> {
  const began = performance.now()
  let weighed = began
  for (;;) {
    await Promise.race([sleep(askEveryMs), output.ended])
    if (signal.aborted) throw interrupted()
    if (!(await exec.inspect()).Running) return 'exited'
    if (await until?.()) return 'stopped'
    const now = performance.now()
    if (now - began > timeoutMs) return 'timeout'
    if (now - weighed > weighEveryMs) {
      weighed = now
      if ((await container.writtenBytes()) > boxDiskBytes) {
        output.remark(`stopped: it wrote more than ${boxDiskBytes / 1024 ** 2} MiB`)
        return 'timeout'
      }
    }
    // Its output has ended and it has not: there is nothing to wake up for.
    if (output.isEnded) await sleep(askEveryMs)
  }
}

/** Ends every process in the box, so that nothing of a script goes on behind the back of what comes next. */
async function endAll(container: BoxContainer, exec: Docker.Exec): Promise<void> {
  await container.killProcesses()
  const until = performance.now() + killMs
  while (performance.now() < until) {
    if (!(await exec.inspect()).Running) return
    await sleep(askEveryMs / 2)
  }
  await container.stop()
}
