import { isUtf8 } from 'node:buffer'
import { realpath } from 'node:fs/promises'
import { basename, relative } from 'node:path'
import { UsageError } from '../model/grader-error.ts'
import type { SubmissionSource } from '../model/progress.ts'
import { type GitAnswer, type GitRepository, openRepository } from '../sandbox/git.ts'

/** What happened right below one folder since HEAD left the line of a commit. Names are as `readdir` tells them. */
export interface Changes {
  /** The commit that is compared with HEAD. */
  mergeBase: string
  /** Entries that HEAD has, and the merge base has not or has otherwise. */
  changed: Set<string>
  /** Folders and files that HEAD has no more. */
  gone: { name: string; wasFolder: boolean }[]
  /** Entries of the work tree that are not what HEAD has. */
  uncommitted: string[]
}

const noObject = /^0+$/
const treeMode = '040000'
/** Objects that every git knows without storing them: a folder with nothing in it, by the length of its name. */
const emptyTrees = new Map([
  [40, '4b825dc642cb6eb9a060e54bf8d69288fbee4904'],
  [64, '6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321'],
])

/** Compares the merge base of `commit` and HEAD with HEAD, below `folder`; it must be in a git work tree. */
export async function changesSince(commit: string, folder: string): Promise<Changes> {
  const repository = await openRepository(folder)
  if (repository === undefined) {
    throw new UsageError(
      `\`--changed-since\` expects a folder in a git work tree, and \`${folder}\` is in none. Check the repository out with git, or leave the option out.`,
    )
  }
  const prefix = relative(repository.top, await realpath(folder))
  const head = await requireCommit(repository, 'HEAD')
  const mergeBase = await findMergeBase(repository, commit, await requireCommit(repository, commit), head)
  const [before, after] = [await treeOf(repository, mergeBase, prefix), await treeOf(repository, head, prefix)]
  // Two trees, and not what is in their folders: one line for each submission, however much it holds.
  const raw = await repository.ask(['diff-tree', '-z', '--raw', '--no-abbrev', ...plain, before, after, '--'])
  refuseCut(raw, 'the changes')
  const entries = readRaw(failIfFailed(raw, 'diff-tree'))
  return {
    mergeBase,
    changed: new Set(entries.filter((entry) => !entry.isGone).map(({ name }) => name)),
    gone: entries.filter((entry) => entry.isGone).map(({ name, wasFolder }) => ({ name, wasFolder })),
    uncommitted: await listUncommitted(repository, prefix),
  }
}

/** Those submissions that the work tree holds and that differ. One that HEAD has no more, but the work tree has, is one. */
export function pickChanged(sources: SubmissionSource[], { changed, gone }: Changes): SubmissionSource[] {
  const names = new Set([...changed, ...gone.map(({ name }) => name)])
  return sources.filter(({ path }) => names.has(basename(path)))
}

/** A rename is a name that went and one that came: each is told. Nothing of ours looks for drivers or runs them. */
const plain = ['--no-renames', '--no-ext-diff', '--no-textconv', '--ignore-submodules=none']

async function requireCommit(repository: GitRepository, commit: string): Promise<string> {
  const found = await repository.ask(['rev-parse', '--verify', '--quiet', '--end-of-options', `${commit}^{commit}`])
  const name = found.stdout.toString('latin1').trim()
  if (found.exitCode === 0 && name !== '') return name
  if (found.exitCode !== 0 && found.complaint !== '') failIfFailed(found, 'rev-parse')
  if (commit === 'HEAD') throw new UsageError(`The repository \`${repository.top}\` has no commit yet.`)
  throw new UsageError(
    `\`--changed-since\` expects a commit that is known in \`${repository.top}\`, got \`${commit}\`. A shallow clone has only the newest: check out with \`fetch-depth: 0\`, or call \`git fetch --unshallow\`.`,
  )
}

async function findMergeBase(repository: GitRepository, given: string, commit: string, head: string): Promise<string> {
  const found = await repository.ask(['merge-base', commit, head])
  const name = found.stdout.toString('latin1').trim()
  if (found.exitCode === 0 && name !== '') return name
  if (found.exitCode > 1) failIfFailed(found, 'merge-base')
  throw new UsageError(
    `\`--changed-since ${given}\` and HEAD have no commit in common in \`${repository.top}\`. A shallow clone lacks it: check out with \`fetch-depth: 0\`, or call \`git fetch --unshallow\`.`,
  )
}

/** The folder as that commit has it; an empty one where it had none. */
async function treeOf(repository: GitRepository, commit: string, prefix: string): Promise<string> {
  const empty = emptyTrees.get(commit.length) ?? ''
  if (prefix === '') {
    const root = await repository.ask(['rev-parse', '--verify', '--quiet', `${commit}^{tree}`])
    return failIfFailed(root, 'rev-parse').toString('latin1').trim()
  }
  const listed = failIfFailed(await repository.ask(['ls-tree', '-z', '-d', commit, '--', prefix]), 'ls-tree')
  const [, type, name] = /^\d+ (\w+) ([0-9a-f]+)\t/.exec(listed.toString('latin1')) ?? []
  return type === 'tree' && name !== undefined ? name : empty
}

/** `:<mode> <mode> <object> <object> <status>\0<name>\0`, over and over. */
function readRaw(text: Buffer): { name: string; isGone: boolean; wasFolder: boolean }[] {
  const fields = splitAtZero(text)
  return fields.flatMap((field, index) => {
    if (index % 2 === 1) return []
    const [before, , , after = ''] = field.toString('latin1').slice(1).split(' ')
    return [{ name: showName(fields[index + 1]), isGone: noObject.test(after), wasFolder: before === treeMode }]
  })
}

async function listUncommitted(repository: GitRepository, prefix: string): Promise<string[]> {
  const wanted = ['--porcelain=v1', '-z', '--untracked-files=normal', '--ignore-submodules=all', '--no-renames']
  const status = await repository.ask(['status', ...wanted, '--', prefix === '' ? '.' : prefix])
  // What did not fit any more is not whole; what is left names enough of them.
  const lines = splitAtZero(status.isCut ? status.stdout : failIfFailed(status, 'status'))
  const skipped = prefix === '' ? 0 : Buffer.byteLength(prefix) + 1
  const names = lines.map((line) => showName(line.subarray('XY '.length + skipped)).split('/')[0] ?? '')
  return [...new Set(names)].map((name) => (name === '' ? '.' : name))
}

function failIfFailed(answer: GitAnswer, what: string): Buffer {
  if (answer.exitCode === 0) return answer.stdout
  throw new UsageError(`\`git ${what}\` failed: ${answer.complaint || `it ended with ${answer.exitCode}`}`)
}

function refuseCut(answer: GitAnswer, what: string): void {
  if (answer.isCut) throw new UsageError(`\`git\` has more to say about ${what} than is read: these are too many.`)
}

function splitAtZero(text: Buffer): Buffer[] {
  const parts: Buffer[] = []
  for (let from = 0; from < text.length; ) {
    const end = text.indexOf(0, from)
    parts.push(text.subarray(from, end === -1 ? text.length : end))
    from = end === -1 ? text.length : end + 1
  }
  return parts
}

/** As `listSubmissions` spells names. */
function showName(name: Buffer = Buffer.alloc(0)): string {
  return name.toString(isUtf8(name) ? 'utf8' : 'latin1')
}
