import { execa } from 'execa'
import { cleanEnvironment } from '../host.ts'
import type { AgentLine } from './agent.ts'

/** Runs a script of ours as root of this machine. It ends when its input does: with us, however we end. */
export async function startHostAgent(script: string, args: string[]): Promise<AgentLine> {
  const [command = '', ...prefix] = process.getuid?.() === 0 ? ['sh'] : ['sudo', '-n', 'sh']
  const running = execa(command, [...prefix, '-c', script, 'cgrade-observer', ...args], {
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'ignore',
    buffer: false,
    reject: false,
    // It tidies up when its input ends, which a signal to it would cut short.
    cleanup: false,
    env: cleanEnvironment,
    extendEnv: false,
    cwd: '/',
  })
  return {
    input: running.stdin,
    output: running.stdout,
    ended: running,
    remove: async () => {
      running.kill('SIGKILL')
    },
  }
}
