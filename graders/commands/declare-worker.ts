import type { Command } from 'commander'
import type { Wish } from './command-line.ts'
import {
  defaultJobs,
  parseJobs,
  parseMirror,
  parseSeconds,
  parseSecurityLevel,
  parseValueOf,
} from './grading-options.ts'
import type { WorkerOptions } from './worker.ts'

const workerDefaults = {
  queue: undefined,
  assignment: undefined,
  mirror: undefined,
  standIns: true,
  requireSecurity: undefined,
  once: false,
  quiet: false,
}

export function declareWorker(program: Command, name: string, choose: (wish: Wish) => void): void {
  program
    .command('worker')
    .summary('grade submissions that come through a queue')
    .description(
      'Takes submissions of one assignment from a Redis or Valkey queue, and grades them with the engine of this machine.',
    )
    .option(
      '--queue <url>',
      'redis://host:6379 or rediss://...; or CGRADE_QUEUE',
      parseValueOf('--queue', 'an address'),
    )
    .option(
      '-a, --assignment <id>',
      'its id, or a folder with an assignment.ts: the same as that of the batch',
      parseValueOf('--assignment', 'an assignment'),
    )
    .option('-j, --jobs <n>', 'how many submissions at once, 1 to 64', parseJobs, defaultJobs())
    .option('--mirror <host>', 'registry that stands in for Docker Hub', parseMirror)
    .option('--no-stand-ins', 'never make missing base images from Debian packages')
    .option('--require-security <level>', 'grade nothing on a machine below basic or strict', parseSecurityLevel)
    .option('--once', 'end with the first batch that it was there for')
    .option('--idle-exit <seconds>', 'end when there was nothing to do for so long', parseSeconds('--idle-exit'))
    .option('-q, --quiet', 'say nothing')
    .action((options: Partial<WorkerOptions> & { idleExit?: number }) => {
      const { idleExit: idleExitSeconds, ...rest } = options
      choose({ command: 'worker', options: { ...workerDefaults, jobs: defaultJobs(), ...rest, idleExitSeconds } })
    })
    .addHelpText(
      'after',
      `
Examples:
  ${name} worker --queue redis://host:6379
  CGRADE_QUEUE=rediss://user:password@host:6380 ${name} worker --jobs 4
  ${name} worker --queue redis://host:6379 --once --idle-exit 600

The batch is started anywhere: \`${name} batch <folder> --queue <url>\`. A worker takes only submissions of a batch with the
same cgrade and the same specs. Ctrl-C hands back what it has: another worker grades it. Exit code 3 without an engine.`,
    )
}
