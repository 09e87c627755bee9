import { execa } from 'execa'

export type HostCommand =
  | { ran: true; exitCode: number; stdout: string; stderr: string }
  /** Nothing was run; `why` completes "not available because ...". */
  | { ran: false; why: string }

/** Environment of every process that we start: nothing of ours, so that nothing of ours can leak. */
export const cleanEnvironment = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' }

/**
 * Runs a tool of this host, as root where asked: directly when we are root, else through sudo when that asks nothing.
 * Arguments are passed as they are, without a shell.
 */
export async function runOnHost(
  tool: string,
  args: string[],
  options: { asRoot: boolean; timeoutMs?: number },
): Promise<HostCommand> {
  const root = process.getuid?.() === 0
  const [command, commandArgs] = options.asRoot && !root ? ['sudo', ['-n', tool, ...args]] : [tool, args]
  const ended = await execa(command, commandArgs, {
    reject: false,
    timeout: options.timeoutMs ?? 10_000,
    forceKillAfterDelay: 1_000,
    maxBuffer: 4 * 1024 * 1024,
    env: cleanEnvironment,
    extendEnv: false,
    stdin: 'ignore',
  })
  if (ended.code === 'ENOENT') return { ran: false, why: `\`${command}\` is not installed on this machine` }
  if (ended.timedOut) return { ran: false, why: `\`${tool}\` did not end within ${options.timeoutMs ?? 10_000} ms` }
  if (command === 'sudo' && ended.exitCode === 1 && /password|sudoers/.test(ended.stderr)) {
    return { ran: false, why: 'it needs root or sudo without a password' }
  }
  return { ran: true, exitCode: ended.exitCode ?? -1, stdout: ended.stdout, stderr: ended.stderr }
}
