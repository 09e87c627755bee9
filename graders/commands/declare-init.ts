import type { Command } from 'commander'
import { requireAssignmentId } from '../init/assignment-files.ts'
import type { CgradePin } from '../init/cgrade-pin.ts'
import { parseOwner, parsePin, parseRepository } from '../init/cgrade-pin.ts'
import { UsageError } from '../model/grader-error.ts'
import { suggestNearest } from '../model/nearest.ts'
import type { Wish } from './command-line.ts'
import { parseValueOf } from './grading-options.ts'

export const initKinds = ['course', 'student', 'staff', 'assignment'] as const
export type InitKind = (typeof initKinds)[number]

export interface InitOptions {
  kind: InitKind
  folder: string
  /** As the user calls the program, for the steps that are printed. */
  calledAs: string
  cgrade?: CgradePin
  assignment?: string
  staff?: string
  course?: string
  id?: string
  force: boolean
  json: boolean
}

/** Options that only some kinds have a use for. */
const takenBy: Record<string, readonly InitKind[]> = {
  cgrade: ['course', 'student', 'staff'],
  assignment: ['course', 'student', 'staff'],
  staff: ['course'],
  course: ['staff'],
  id: ['assignment'],
}

export function declareInit(program: Command, name: string, choose: (wish: Wish) => void): void {
  program
    .command('init')
    .summary('write the files of a course on GitHub, or of a new assignment')
    .description('Writes workflows and explanations into a folder. Files that are there and differ stay as they are.')
    .argument('<what>', 'what to begin: course, student, staff or assignment', parseKind)
    .argument('[folder]', 'the folder to write into', '.')
    .option('--cgrade <repository@commit>', 'the cgrade to use, by its 40 hex digits; else this clone', parsePin)
    .option('--assignment <id>', 'one that cgrade ships', parseValueOf('--assignment', 'an assignment'))
    .option('--staff <@team>', 'course: who reviews what is no submission', parseOwner)
    .option('--course <owner/name>', 'staff: the course repository to grade', parseRepository('--course'))
    .option('--id <id>', 'assignment: its id; else the name of the folder', requireAssignmentId)
    .option('--force', 'replace files that differ, and tell which')
    .option('--json', 'print one JSON document on standard output, and nothing else')
    .action((kind: InitKind, folder: string, options: Partial<InitOptions>) => {
      for (const [option, kinds] of Object.entries(takenBy)) {
        if (Object.hasOwn(options, option) && !kinds.includes(kind)) throw notTaken(option, kinds, kind, name)
      }
      choose({ command: 'init', options: { force: false, json: false, ...options, kind, folder, calledAs: name } })
    })
    .addHelpText(
      'after',
      `
What there is:
  course       a repository with a folder per student, graded by pull request
  student      a repository that is one submission itself, graded after each push
  staff        the private repository with hidden checks, and the workflow that grades with them
  assignment   a new assignment: what is asked, and the checks that judge it

Examples:
  ${name} init course ../my-course --staff @octo-org/teachers
  ${name} init student ../homework-template
  ${name} init staff ../my-staff --course octo-org/my-course
  ${name} init assignment ../warm-up

docs/github.md goes through it step by step.`,
    )
}

function parseKind(given: string): InitKind {
  const known = initKinds.find((kind) => kind === given)
  if (known !== undefined) return known
  const suggestion = suggestNearest(given, initKinds)
  throw new UsageError(
    `\`init\` expects ${initKinds.map((kind) => `\`${kind}\``).join(', ')}, got \`${given}\`.${suggestion}`,
  )
}

function notTaken(option: string, kinds: readonly InitKind[], kind: InitKind, name: string): UsageError {
  const owners = kinds.map((one) => `\`${name} init ${one}\``).join(', ')
  return new UsageError(`\`--${option}\` is an option of ${owners}; \`${name} init ${kind}\` does not take it.`)
}
