import type { Submission, SubmissionConfig } from '../../model/submission.ts'
import { isForeign, readSnapshotText } from '../intake/snapshot-text.ts'
import { isComment } from './known-commands.ts'
import { readCommands } from './read-commands.ts'
import { type Fit, rankScript, type ScriptPurpose } from './script-purposes.ts'
import { takeBlock } from './split-blocks.ts'

export type { ScriptPurpose }

export interface FoundScript {
  /** In the submission. */
  path: string
  /** What is run: the file's own text, or the commands of a terminal transcript without their prompts and output. */
  text: string
  /** Sentences for the report: why this file, and what was made of it. */
  notes: string[]
  /** The file is a terminal session: what its commands printed stands in it as well. */
  isSession?: boolean
}

interface Candidate extends FoundScript {
  fit: Fit
}

const maxBytes = 64 * 1024
const maxFiles = 80
const maxLineLength = 2_000

/** The handed-in script for a purpose: named in cgrade.yml, else known by its name and its commands. */
export function findScript(submission: Submission, purpose: ScriptPurpose): FoundScript | undefined {
  const named = namedIn(submission.config, purpose)
  const file = submission.entries.find((entry) => entry.kind === 'file' && entry.path === named)
  if (file !== undefined) return finish(readScript(submission, file.path, ['`cgrade.yml` names it.']), purpose)
  const [best, ...others] = listScripts(submission, named)
    .flatMap((path): Candidate[] => {
      const script = readScript(submission, path, [])
      const commands = commandsOf(script.text)
      const fit = rankScript(purpose, path, commands)
      return fit.rank === 0 || commands === '' ? [] : [{ ...script, fit }]
    })
    .sort((a, b) => b.fit.rank - a.fit.rank || depthOf(a.path) - depthOf(b.path) || (a.path < b.path ? -1 : 1))
  if (best === undefined) return undefined
  const { fit, ...script } = best
  const notes = [becauseOf(script.path, fit), ...script.notes, ...tellOthers(purpose, others)]
  return finish({ ...script, notes }, purpose)
}

function namedIn({ memory, network, chroot }: SubmissionConfig, purpose: ScriptPurpose): string | undefined {
  switch (purpose) {
    case 'cgroup':
      return memory?.script
    case 'nsenter':
      return network?.script
    case 'chroot':
      return chroot?.script
    case 'rootfs':
      return chroot?.rootfs
  }
}

/** Files that may be scripts, near the root first; `folder` is where cgrade.yml says that they are. */
function listScripts(submission: Submission, folder: string | undefined): string[] {
  const within = folder === undefined || folder === '.' ? '' : `${folder}/`
  return submission.entries
    .flatMap((entry) => (entry.kind === 'file' && entry.bytes > 0 && entry.bytes <= maxBytes ? [entry.path] : []))
    .filter((path) => path.startsWith(within) && !isForeign(path) && !/(?:^|\/)\.github\//.test(path))
    .filter((path) => hasScriptName(path))
    .sort((a, b) => depthOf(a) - depthOf(b) || (a < b ? -1 : 1))
    .slice(0, maxFiles)
    .filter((path) => isShellText(submission, path))
}

const scriptEnding = /\.(?:sh|bash|zsh|ksh|dash|command)$/i
/** Other endings, for which a first line with `#!` must speak. */
const otherEnding =
  /\.(?!(?:md|markdown|txt|go|c|h|cc|cpp|py|js|ts|json|ya?ml|toml|mod|sum|lock|html?|css|png|jpe?g|gif|pdf|docx?|tar|t?gz|zip|so|o|a)$)\w{1,12}$/i
const otherNames =
  /^(?:(?:.*\.)?dockerfile|containerfile|gnu?makefile|makefile|readme|license|licence|changelog|notice|authors|jenkinsfile|vagrantfile|\..*)$/i

function hasScriptName(path: string): boolean {
  const name = nameOf(path)
  return scriptEnding.test(name) || (!otherNames.test(name) && (!hasEnding(name) || otherEnding.test(name)))
}

function isShellText(submission: Submission, path: string): boolean {
  const start = readSnapshotText(submission, path, 512)
  if (start.includes('\0')) return false
  if (start.startsWith('#!')) return /^#![^\n]*\b(?:ba|da|a|z|k)?sh\b/.test(start)
  return scriptEnding.test(path) || !hasEnding(nameOf(path))
}

/** The number of an exercise, as in `ex-3.1`, is no ending. */
function hasEnding(name: string): boolean {
  return /\.[A-Za-z]\w*$/.test(name)
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

function readScript(submission: Submission, path: string, because: string[]): FoundScript {
  const { text, notes, isSession } = readCommands(readSnapshotText(submission, path, maxBytes))
  return { path, text, notes: [...because, ...notes.map((note) => `\`${path}\`: ${note}.`)], isSession }
}

/** Both blocks of exercise 3.3 in one file: the one that is asked for. */
function finish(script: FoundScript, purpose: ScriptPurpose): FoundScript {
  if (purpose !== 'chroot' && purpose !== 'rootfs') return script
  const block = takeBlock(script.text, purpose === 'chroot' ? 'jail' : 'image')
  if (block === undefined) return script
  const what = purpose === 'chroot' ? 'builds a root from bash and ls' : 'unpacks an image'
  return { ...script, text: block.text, notes: [...script.notes, `Of its blocks the one that ${what} was taken.`] }
}

/** What patterns are looked for in; a longer line than any honest one is cut, or they would take their time. */
function commandsOf(text: string): string {
  return text
    .split('\n')
    .filter((line) => !isComment(line))
    .map((line) => line.slice(0, maxLineLength))
    .join('\n')
}

function becauseOf(path: string, { name, command }: Fit): string {
  const byName = name === 'other' ? [] : ['its name']
  const byCommand = command === undefined ? [] : [`its commands (\`${command.replaceAll('`', "'")}\`)`]
  return `\`${path}\` was taken for it by ${[...byName, ...byCommand].join(' and ')}.`
}

const keys: Record<ScriptPurpose, string> = {
  cgroup: 'memory: {script: <path>}',
  nsenter: 'network: {script: <path>}',
  chroot: 'chroot: {script: <path>}',
  rootfs: 'chroot: {rootfs: <path>}',
}

function tellOthers(purpose: ScriptPurpose, others: Candidate[]): string[] {
  if (others.length === 0) return []
  const shown = others.slice(0, 3).map(({ path }) => `\`${path}\``)
  const rest = others.length > 3 ? ` and ${others.length - 3} more` : ''
  return [
    `Not taken, as they fit less well: ${shown.join(', ')}${rest}. To choose another, write \`${keys[purpose]}\` into \`cgrade.yml\`.`,
  ]
}

function depthOf(path: string): number {
  return path.split('/').length
}
