import type { Command } from 'commander'
import type { Wish } from './command-line.ts'
import { defaultJobs, parseJobs, parseValueOf } from './grading-options.ts'
import type { RegradeOptions } from './regrade.ts'

export function declareRegrade(program: Command, name: string, choose: (wish: Wish) => void): void {
  program
    .command('regrade')
    .summary('grade a run again: only what has changed')
    .description(
      'Grades into a new run what has changed since an earlier one: submissions, specs, base images, cgrade itself, the machine. All else is answered from the earlier run, with the points of now. Prints and writes who moved.',
    )
    .argument('[run]', 'a run: its folder or its grades.json; without it, the newest one')
    .option('--from <folder>', 'where the submissions are now', parseValueOf('--from', 'a folder'))
    .option(
      '--only <whom>',
      'grade just these, changed or not: see below; may be given more than once',
      (given: string, before: string[] = []) => [...before, parseValueOf('--only', 'whom to grade again')(given)],
    )
    .option('--dry-run', 'tell what would be graded again, and write nothing')
    .option('-j, --jobs <n>', 'how many submissions at once, 1 to 64', parseJobs, defaultJobs())
    .option(
      '-a, --assignment <id>',
      'its id, or a folder with an assignment.ts, where that has moved',
      parseValueOf('--assignment', 'an assignment'),
    )
    .option('--roster <file>', 'another roster: CSV or YAML', parseValueOf('--roster', 'a CSV or YAML file'))
    .option('-o, --out <dir>', 'write the new run here', parseValueOf('--out', 'a folder'))
    .option('--json', 'print one JSON document on standard output, and nothing else')
    .option('-q, --quiet', 'no progress')
    .action((run: string | undefined, options: Partial<RegradeOptions>) => {
      choose({ command: 'regrade', options: { ...defaults, jobs: defaultJobs(), ...options, run } })
    })
    .addHelpText(
      'after',
      `
--only takes:
  failed        a check failed or is partial, or intake refused the submission
  ungraded      what this machine could not grade
  changed       what would be graded without --only
  <submission>  this one
  check:<id>    whoever did not pass this check, for whatever reason
Everybody else keeps the old grade as it is; where something has changed meanwhile, it is flagged.

Examples:
  ${name} regrade                                       the newest run
  ${name} regrade reports/module3 --dry-run
  ${name} regrade reports/module3 --only check:httpserver.log-status
  ${name} regrade reports/module3 --only ungraded --only li-wei
  ${name} regrade old-run --from submissions/inbox

Exit codes are those of batch.`,
    )
}

const defaults = {
  from: undefined,
  only: undefined,
  assignment: undefined,
  roster: undefined,
  out: undefined,
  dryRun: false,
  json: false,
  quiet: false,
}
