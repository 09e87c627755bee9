import type { Command } from 'commander'
import type { Wish } from './command-line.ts'
import { parseValueOf } from './grading-options.ts'
import type { MergeOptions } from './merge.ts'

const mergeDefaults = { assignment: undefined, out: undefined, json: false, requirePass: false }

export function declareMerge(program: Command, name: string, choose: (wish: Wish) => void): void {
  program
    .command('merge')
    .summary('make one run of several')
    .description(
      'Puts runs together: parts that judged other exercises of the same submissions, shards with other submissions. Their order does not matter.',
    )
    .argument('<runs...>', 'runs: their folders or their grades.json')
    .option(
      '-a, --assignment <id>',
      'its id, or a folder with an assignment.ts: what the runs were graded with',
      parseValueOf('--assignment', 'an assignment'),
    )
    .option('-o, --out <dir>', 'write the reports here', parseValueOf('--out', 'a folder'))
    .option('--require-pass', 'exit with 1 when anything failed, is partial or was rejected')
    .option('--json', 'print one JSON document on standard output, and nothing else')
    .action((runs: string[], options: Partial<MergeOptions>) => {
      choose({ command: 'merge', options: { ...mergeDefaults, ...options, runs } })
    })
    .addHelpText(
      'after',
      `
Examples:
  ${name} merge parts/server parts/root --out reports/module3
  ${name} merge shards/*/grades.json --json > grades.json

Parts come from \`${name} batch <folder> --exercises <list> --out <dir>\`. Scores are added up again with the
assignment's points. Runs that contradict each other, or that were graded with other specs or another cgrade, are
refused. A submission that lacks a part is ungraded: exit code 3, as for batch, and where a shard is missing.`,
    )
}
