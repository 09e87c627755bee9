import { Command, type CommanderError } from 'commander'
import { UsageError } from '../model/grader-error.ts'
import { refuseSingleDash, spellOut } from './bad-use.ts'
import { declareCommands } from './declare-commands.ts'
import type { InitOptions } from './declare-init.ts'
import type { PublishOptions } from './declare-publish.ts'
import { withCommand } from './first-word.ts'
import type { BatchOptions, CheckOptions } from './grading-options.ts'
import type { MergeOptions } from './merge.ts'
import type { RegradeOptions } from './regrade.ts'
import type { WorkerOptions } from './worker.ts'

export interface ReportOptions {
  run: string
  formats: string[]
  out?: string
  json: boolean
  only?: string
  /** Folder to which the paths of annotations are relative. */
  checkout?: string
  /** A learning platform's own file, which `canvas` and `moodle` fill. */
  template?: string
  column?: string
}

export interface ImagesOptions {
  names: string[]
  mirror?: string
  load?: string
  warm: boolean
  standIns: boolean
  /** The virtual machine for scripts as well. */
  machine: boolean
  list: boolean
  json: boolean
}

/** What the arguments ask for. */
export type Wish =
  | { command: 'check'; options: CheckOptions }
  | { command: 'batch'; options: BatchOptions }
  | { command: 'report'; options: ReportOptions }
  | { command: 'regrade'; options: RegradeOptions }
  | { command: 'merge'; options: MergeOptions }
  | { command: 'worker'; options: WorkerOptions }
  | { command: 'doctor'; options: { json: boolean; security?: boolean } }
  | { command: 'images'; options: ImagesOptions }
  | { command: 'init'; options: InitOptions }
  | { command: 'publish'; options: PublishOptions }
  /** Text for standard output: help that was asked for, or the version. */
  | { command: 'print'; text: string }

export interface Caller {
  /** As the user calls the program: `cgrade` or `./grade`. */
  name: string
  version: string
  columns: number
}

/** Reads the arguments, or throws a UsageError whose sentence names what was expected. */
export function parseCommandLine(argv: readonly string[], caller: Caller): Wish {
  if (argv.length === 0) {
    throw new UsageError(
      `Expected a command or a folder, as in \`${caller.name} batch submissions/inbox\`; \`${caller.name} --help\` lists the commands.`,
    )
  }
  let wish: Wish | undefined
  let printed = ''
  const program = new Command(caller.name)
    .description('Grades container homework: builds it, boots it and observes it from outside.')
    .usage('<command> [options]')
    .version(caller.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this, or the help of a command')
    .helpCommand(false)
    .showSuggestionAfterError(false)
    .configureOutput({
      writeOut: (text) => {
        printed += text
      },
      writeErr: () => {},
      getOutHelpWidth: () => caller.columns,
      getOutHasColors: () => false,
    })
  declareCommands(program, caller.name, (chosen) => {
    wish = chosen
  })
  for (const command of [program, ...program.commands]) {
    command.exitOverride((error) => {
      throw isAnswered(error) ? error : spellOut(error, command)
    })
  }
  refuseSingleDash(argv, program)
  try {
    program.parse(withCommand(argv, program), { from: 'user' })
  } catch (thrown) {
    if (isAnswered(thrown)) return { command: 'print', text: printed }
    throw thrown
  }
  if (wish === undefined) throw new Error('the command line was read without an outcome')
  return wish
}

/** Commander ends help and version by an error, too. */
function isAnswered(thrown: unknown): boolean {
  return ['commander.helpDisplayed', 'commander.version'].includes((thrown as CommanderError | undefined)?.code ?? '')
}
