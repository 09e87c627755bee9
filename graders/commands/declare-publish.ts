import type { Command } from 'commander'
import { type Flow, flows } from '../github/flows.ts'
import { UsageError } from '../model/grader-error.ts'
import { suggestNearest } from '../model/nearest.ts'
import type { Wish } from './command-line.ts'
import { parseValueOf } from './grading-options.ts'

export interface PublishOptions {
  grades: string
  assignment: string | undefined
  submissions: string
  flow: Flow
  requirePass: boolean
  dryRun: boolean
  json: boolean
}

const defaults = {
  assignment: undefined,
  submissions: 'submissions',
  flow: 'course' as const,
  requirePass: false,
  dryRun: false,
  json: false,
}

export function declarePublish(program: Command, name: string, choose: (wish: Wish) => void): void {
  program
    .command('publish')
    .summary('write the grades of a pull request to GitHub, in a workflow')
    .description(
      'Vets the file of grades of a `workflow_run` as if a stranger had written it, and writes the check `cgrade` and one comment.',
    )
    .requiredOption('--grades <file>', 'the artifact: a grades.json', parseValueOf('--grades', 'a file'))
    .option(
      '-a, --assignment <id>',
      'its id, or a folder with an assignment.ts',
      parseValueOf('--assignment', 'an assignment'),
    )
    .option('--submissions <folder>', 'folder of the submissions in the repository', parseSubmissions)
    .option('--flow <which>', 'course (a folder per student) or student (the repository is the submission)', parseFlow)
    .option('--require-pass', 'the check fails when points are lost')
    .option('--dry-run', 'look at everything, write nothing, tell what would be written')
    .option('--json', 'print one JSON document on standard output, and nothing else')
    .action((options: Partial<PublishOptions> & { grades: string }) => {
      choose({ command: 'publish', options: { ...defaults, ...options } })
    })
    .addHelpText(
      'after',
      `
Reads GITHUB_EVENT_PATH, GITHUB_REPOSITORY, GITHUB_API_URL and GITHUB_TOKEN, as a job with \`on: workflow_run\` has them;
the token needs \`checks: write\` and \`pull-requests: write\`.

Examples:
  ${name} publish --grades "$RUNNER_TEMP/in/grades.json"
  ${name} publish --grades grades.json --flow student --dry-run

Exit code 2 when this is not the run of a pull request or the token may not write; 3 when GitHub could not be reached.`,
    )
}

function parseFlow(given: string): Flow {
  const known = flows.find((flow) => flow === given)
  if (known !== undefined) return known
  const suggestion = suggestNearest(given, flows)
  throw new UsageError(`\`--flow\` expects \`course\` or \`student\`, got \`${given}\`.${suggestion}`)
}

/** A plain path inside the repository, without a slash at its end. */
function parseSubmissions(given: string): string {
  const path = given.replace(/^\.\/(?=.)/, '').replace(/\/+$/, '')
  const isPlain = path === '.' || path.split('/').every((part) => !['', '.', '..'].includes(part))
  if (path !== '' && isPlain) return path
  throw new UsageError(
    `\`--submissions\` expects a folder inside the repository, as in \`submissions\`, got \`${given}\`.`,
  )
}
