import type { Command } from 'commander'
import { missingArguments } from './bad-use.ts'
import type { Wish } from './command-line.ts'
import {
  type BatchOptions,
  type CheckOptions,
  defaultJobs,
  defaultQueueWaitSeconds,
  parseExercises,
  parseJobs,
  parseKernel,
  parseMirror,
  parseSeconds,
  parseSecurityLevel,
  parseValueOf,
} from './grading-options.ts'
import { parseShard } from './select-shard.ts'

export function declareCheck(program: Command, name: string, choose: (wish: Wish) => void): void {
  const command = program
    .command('check')
    .summary('judge one submission, for its student')
    .description('Builds and boots one submission and tells its student what works, what does not, and what to do.')
    .argument('[path]', 'the folder of one submission, or its .zip, .tar, .tar.gz, .tar.xz or .tar.zst', '.')
  withGradingOptions(command)
    .action((path: string, options: Partial<CheckOptions>) => {
      choose({ command: 'check', options: { ...gradingDefaults, ...options, path } })
    })
    .addHelpText(
      'after',
      `
Examples:
  ${name} check .
  ${name} check ~/homework/module3 --json > grade.json
  ${name} check module3.zip
  ${name} check . --exercises httpserver,memory
  ${name} check . --mirror docker.m.daocloud.io

Exit code 1 when a check failed or is partial; 2 when cgrade.yml is wrong; 3 when this machine could not grade it.`,
    )
}

export function declareBatch(program: Command, name: string, choose: (wish: Wish) => void): void {
  const command = program
    .command('batch')
    .summary('grade every submission in a folder')
    .description(
      'Grades every folder and archive (.zip, .tar, .tar.gz, .tar.xz, .tar.zst) right below the given folder, each apart from the others, and writes the reports.',
    )
    .argument('[folder]', 'a folder with submissions in it')
    .option('-j, --jobs <n>', 'how many submissions at once, 1 to 64', parseJobs, defaultJobs())
  withGradingOptions(command)
    .option(
      '--changed-since <commit>',
      'only what changed from there to HEAD, in a git work tree',
      parseValueOf('--changed-since', 'a commit'),
    )
    .option(
      '--roster <file>',
      'who is graded, and from where: CSV or YAML',
      parseValueOf('--roster', 'a CSV or YAML file'),
    )
    .option('--shard <i/n>', 'only the i-th of n parts of the submissions, for several machines', parseShard)
    .option(
      '--queue <url>',
      'let workers grade, over this Redis (redis://host:6379); or CGRADE_QUEUE',
      parseValueOf('--queue', 'an address'),
    )
    .option('--queue-wait <seconds>', 'wait so long for a worker', parseSeconds('--queue-wait'))
    .option('--resume [run]', 'go on with this run, or with the newest one that broke off')
    .option('--require-pass', 'exit with 1 when anything failed, is partial or was rejected')
    .action((folder: string | undefined, options: Partial<BatchOptions> & { queueWait?: number }) => {
      if (folder === undefined && options.resume === undefined) throw missingArguments(command)
      const named = Object.keys(options).filter((key) => command.getOptionValueSource(key) === 'cli')
      choose({
        command: 'batch',
        options: {
          ...gradingDefaults,
          jobs: defaultJobs(),
          requirePass: false,
          changedSince: undefined,
          roster: undefined,
          resume: undefined,
          shard: undefined,
          queue: undefined,
          queueWaitSeconds: options.queueWait ?? defaultQueueWaitSeconds,
          ...options,
          // That of the run, where it is not named.
          folder: folder ?? '',
          named: folder === undefined ? named : ['folder', ...named],
        },
      })
    })
    .addHelpText(
      'after',
      `
Examples:
  ${name} batch submissions/examples
  ${name} batch submissions/inbox --jobs 4 --out reports/module3-first
  ${name} batch . --require-pass --json > grades.json
  ${name} batch submissions.zip         what Canvas or Moodle offer as "download all submissions"
  ${name} batch submissions/inbox --roster students.csv
  ${name} batch submissions --changed-since origin/main
  ${name} batch --resume                after Ctrl-C, a crash or a full disk
  ${name} batch submissions/inbox --shard 2/4 --out shards/2
  ${name} batch submissions/inbox --queue redis://host:6379
  ${name} batch submissions --exercises network,memory,chroot --out parts/root

\`${name} <folder>\` is short for \`${name} batch <folder>\`.`,
    )
}

/** Commander leaves out what was not given; these are so that every key is there. */
const gradingDefaults = {
  assignment: undefined,
  out: undefined,
  mirror: undefined,
  seed: undefined,
  kernel: 'host' as const,
  exercises: undefined,
  requireSecurity: undefined,
  standIns: true,
  json: false,
  quiet: false,
}

function withGradingOptions(command: Command): Command {
  return command
    .option(
      '-a, --assignment <id>',
      'its id, or a folder with an assignment.ts',
      parseValueOf('--assignment', 'an assignment'),
    )
    .option('-o, --out <dir>', 'write the reports here', parseValueOf('--out', 'a folder'))
    .option('--mirror <host>', 'registry that stands in for Docker Hub', parseMirror)
    .option('--no-stand-ins', 'never make missing base images from Debian packages')
    .option('--seed <text>', 'repeat the random values of an earlier run', parseValueOf('--seed', 'a text'))
    .option('--kernel <which>', 'judge root scripts on this machine (host) or in a virtual one: v1, v2', parseKernel)
    .option('--exercises <list>', 'judge only these, separated by commas', parseExercises)
    .option('--require-security <level>', 'grade nothing on a machine below basic or strict', parseSecurityLevel)
    .option('--json', 'print one JSON document on standard output, and nothing else')
    .option('-q, --quiet', 'no progress')
}
