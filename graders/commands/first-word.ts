import { readdirSync, statSync } from 'node:fs'
import type { Command } from 'commander'
import { UsageError } from '../model/grader-error.ts'
import { nearest } from '../model/nearest.ts'

const answeredByTheProgram = ['-h', '--help', '-V', '--version']

/** The arguments with their command in front: `cgrade <folder>` is short for `cgrade batch <folder>`. */
export function withCommand(argv: readonly string[], program: Command): string[] {
  const [first = '', ...rest] = argv
  const commands = program.commands.map((command) => command.name())
  if (commands.includes(first) || answeredByTheProgram.includes(first)) return [...argv]
  if (first === 'help') return helpOf(rest[0], program)
  // A folder that is not there is told by `batch`, which knows what is near.
  if (first.startsWith('-') || isFolder(first) || looksLikePath(first) || isDownload(first)) return ['batch', ...argv]
  throw unknownCommand(first, program)
}

function helpOf(subject: string | undefined, program: Command): string[] {
  if (subject === undefined) return ['--help']
  if (program.commands.some((command) => command.name() === subject)) return [subject, '--help']
  throw unknownCommand(subject, program)
}

function unknownCommand(word: string, program: Command): UsageError {
  const commands = program.commands.map((command) => command.name())
  const expected = `expected ${commands.map((name) => `\`${name}\``).join(', ')} or a folder of submissions`
  const command = nearest(word, commands)
  const folder = command === undefined ? nearest(word, foldersHere()) : undefined
  const meant = command !== undefined ? `\`${command}\`` : folder !== undefined ? `the folder \`${folder}\`` : undefined
  return new UsageError(
    `There is no command \`${word}\`; ${expected}.${meant === undefined ? '' : ` Did you mean ${meant}?`}`,
  )
}

function looksLikePath(word: string): boolean {
  return word === '.' || word === '..' || word === '' || word.includes('/') || word.includes('\\')
}

/** What a learning platform packs of all submissions. */
function isDownload(word: string): boolean {
  return /\.zip$/i.test(word)
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}

function foldersHere(): string[] {
  try {
    return readdirSync('.', { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
  } catch {
    return []
  }
}
