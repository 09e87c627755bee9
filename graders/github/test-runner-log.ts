import type { RunnerCommand } from '../hostile/runner-commands.ts'
import type { StepEnd } from './test-runner-steps.ts'

/** Test support: what GitHub shows of a step. */

export function keepTen(commands: RunnerCommand[]): RunnerCommand[] {
  return ['error', 'warning', 'notice'].flatMap((kind) => commands.filter(({ name }) => name === kind).slice(0, 10))
}

export function hide(log: string, secrets: string[]): string {
  return secrets.filter((secret) => secret !== '').reduce((text, secret) => text.replaceAll(secret, '***'), log)
}

export function describeFault(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown)
  return thrown.cause === undefined ? thrown.message : `${thrown.message}: ${describeFault(thrown.cause)}`
}

/** What a person would look at first: the logs of steps that failed. */
export function failuresIn({ jobs }: { jobs: Record<string, { steps: StepEnd[] }> }): string[] {
  return Object.entries(jobs).flatMap(([job, { steps }]) =>
    steps.filter(({ outcome }) => outcome === 'failure').map(({ name, log }) => `${job}: ${name}: ${log}`),
  )
}
