import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type Docker from 'dockerode'
import { GraderError } from '../../model/grader-error.ts'
import { blamesImage } from '../container.ts'
import { LogCapture } from '../log-capture.ts'

export interface HeldProgram {
  log: LogCapture
  state(): Promise<ProgramState>
}

export type ProgramState =
  | { how: 'runs' }
  /** 128 + signal for one that was killed. */
  | { how: 'ended'; exitCode: number }
  /** The engine could not execute what the image names: the image's fault. */
  | { how: 'refused'; engineMessage: string }

/** Starts what an image names beside the first process of its container, as `docker run` would start it. */
export async function startProgram(
  container: Docker.Container,
  image: Docker.ImageInspectInfo['Config'],
  logBytes: number,
): Promise<HeldProgram> {
  const command = commandOf(image)
  // In the words of the engine, which `docker run` would show.
  if (command.length === 0) return refusedProgram('No command specified')
  const exec = await container.exec({
    Cmd: command,
    User: image.User === '' ? '0' : image.User,
    WorkingDir: image.WorkingDir === '' ? '/' : image.WorkingDir,
    AttachStdout: true,
    AttachStderr: true,
    Tty: false,
  })
  const log = new LogCapture((await exec.start({ Detach: false, Tty: false })) as unknown as Readable, logBytes)
  let end: ProgramState | undefined
  return {
    log,
    async state() {
      // Some minutes after its end the engine knows nothing of it.
      if (end !== undefined) return end
      const { Running, ExitCode, Pid } = await exec.inspect()
      if (Running || ExitCode === null) return { how: 'runs' }
      const engineMessage = ExitCode === 0 ? undefined : await refusalIn(log, Pid)
      end = engineMessage === undefined ? { how: 'ended', exitCode: ExitCode } : { how: 'refused', engineMessage }
      return end
    },
  }
}

function refusedProgram(engineMessage: string): HeldProgram {
  return { log: new LogCapture(Readable.from([]), 0), state: async () => ({ how: 'refused', engineMessage }) }
}

/** What `docker run` would start. */
function commandOf({ Entrypoint, Cmd }: Docker.ImageInspectInfo['Config']): string[] {
  return [Entrypoint, Cmd].flatMap((words) => words ?? [])
}

/** The engine's words for a program that it could not start, which it prints in the place of that program. */
async function refusalIn(log: LogCapture, pid: number): Promise<string | undefined> {
  // A child that lives on holds the stream open; a refusal leaves none.
  await Promise.race([log.ended, sleep(300)])
  const lines = log.since(0).map(({ text }) => text)
  const said = lines.slice(0, 10).join('\n').slice(0, 4_000)
  // A program that ran has a pid, and can print what it likes.
  const isEngines = pid === 0 && /^(OCI runtime exec failed|unable to find user|exec failed|crun: |Error: )/.test(said)
  // runc's own process, which had taken the program's place by then.
  const isRuncs =
    lines.length === 1 &&
    /^(standard_init_linux|exec \/?[^:]+: (exec format error|no such file|permission denied))/.test(said)
  if (!isEngines && !isRuncs) return undefined
  if (blamesImage(said)) return said
  throw new GraderError('engine.failed', `The engine could not run a program: ${said.slice(0, 300)}`)
}
