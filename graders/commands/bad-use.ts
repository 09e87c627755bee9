import type { Command, CommanderError } from 'commander'
import { UsageError } from '../model/grader-error.ts'
import { nearest } from '../model/nearest.ts'

/** What commander refused, as a sentence that names what was expected and the nearest right spelling. */
export function spellOut(error: CommanderError, command: Command): UsageError {
  const name = fullName(command)
  const help = `\`${name} --help\` tells more.`
  switch (error.code) {
    case 'commander.unknownOption':
      return unknownOption(quotedIn(error.message), command)
    case 'commander.optionMissingArgument': {
      const flags = quotedIn(error.message)
      const option = command.options.find((one) => one.flags === flags)
      return new UsageError(`\`${option?.long ?? flags}\` expects a value, as in \`${withoutShort(flags)}\`. ${help}`)
    }
    case 'commander.missingArgument':
      return missingArguments(command)
    case 'commander.excessArguments':
      return excessArguments(command)
    default:
      return new UsageError(`${error.message.replace(/^error: /, '')}. ${help}`)
  }
}

export function missingArguments(command: Command): UsageError {
  const name = fullName(command)
  return new UsageError(`\`${name}\` expects ${argumentsOf(command)}, got nothing. \`${name} --help\` tells more.`)
}

/** `-json` would be read as `-j son`, and the complaint about `son` would help nobody. */
export function refuseSingleDash(argv: readonly string[], program: Command): void {
  const known = program.commands.flatMap(optionNames)
  for (const word of argv) {
    const meant = `-${word.split('=')[0]}`
    if (/^-[a-z]/.test(word) && known.includes(meant)) {
      throw new UsageError(
        `There is no option \`${word}\`; long options begin with two dashes. Did you mean \`${meant}\`?`,
      )
    }
  }
}

/** `a, b and c`. */
const inWords = new Intl.ListFormat('en-GB')

function unknownOption(given: string, command: Command): UsageError {
  const name = fullName(command)
  const [flag = ''] = given.split('=')
  const elsewhere = siblings(command).filter((sibling) => takes(sibling, flag))
  if (elsewhere.length > 0) {
    const owners = inWords.format(elsewhere.map((sibling) => `\`${fullName(sibling)}\``))
    return new UsageError(`\`${flag}\` is an option of ${owners}; \`${name}\` does not take it.`)
  }
  const names = optionNames(command)
  const meant = nearest(flag, sameLettersFirst(flag, names)) ?? nearest(`--${flag.replace(/^-+/, '')}`, names)
  const expected = names.map((option) => `\`${option}\``).join(', ')
  const suggestion = meant === undefined ? '' : ` Did you mean \`${meant}\`?`
  return new UsageError(`\`${name}\` has no option \`${flag}\`; expected one of ${expected}.${suggestion}`)
}

function excessArguments(command: Command): UsageError {
  const name = fullName(command)
  const got = command.args.map((word) => `\`${word}\``).join(', ')
  const meant = command.args.find((word) => siblings(command).some((sibling) => sibling.name() === word))
  const order = meant === undefined ? '' : ` The command comes first: \`${parentName(command)}${meant} ...\`.`
  return new UsageError(`\`${name}\` expects ${argumentsOf(command)}, got ${command.args.length}: ${got}.${order}`)
}

function argumentsOf(command: Command): string {
  const expected = command.registeredArguments.map((one) => one.description)
  return expected.length === 0 ? 'no arguments' : expected.join(' and ')
}

function optionNames(command: Command): string[] {
  return [...command.options.flatMap((option) => option.long ?? []), '--help']
}

function takes(command: Command, flag: string): boolean {
  return command.options.some((option) => option.long === flag || option.short === flag)
}

/** `--jbos` is as many edits from `--json` as from `--jobs`, but has the letters of one of them. */
function sameLettersFirst(word: string, candidates: string[]): string[] {
  const letters = (text: string) => [...text].sort().join('')
  const same = candidates.filter((candidate) => letters(candidate) === letters(word))
  return [...same, ...candidates]
}

function siblings(command: Command): readonly Command[] {
  return (command.parent?.commands ?? []).filter((sibling) => sibling !== command)
}

function fullName(command: Command): string {
  return parentName(command) + command.name()
}

function parentName(command: Command): string {
  return command.parent === null ? '' : `${command.parent.name()} `
}

/** Commander quotes what it was given as the last thing between two apostrophes. */
function quotedIn(message: string): string {
  return message.slice(message.indexOf("'") + 1, message.lastIndexOf("'"))
}

function withoutShort(flags: string): string {
  return flags.replace(/^-\w, /, '')
}
