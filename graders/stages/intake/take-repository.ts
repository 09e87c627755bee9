import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { IntakeLimits } from '../../model/assignment.ts'
import type { Fault } from '../../model/feedback.ts'
import type { GitSource } from '../../model/roster.ts'
import { fetchCommit, type Transport } from '../../sandbox/git-clone.ts'
import { findTree, listTree, type ObjectReader, openObjects, type TreeEntry } from '../../sandbox/git-objects.ts'
import { type ArchiveEntry, decodeName } from './archive-entry.ts'
import { ArchiveRefused } from './archive-faults.ts'
import { noCommit, noFolderInRepository, noRepository, repositoryTooLarge } from './git-faults.ts'
import { fillTree, litterFactor } from './unpack-archive.ts'
import { UnpackedTree } from './unpack-tree.ts'

const timeoutMs = 180_000
const maxTargetBytes = 4096

export interface TakenRepository {
  folder: string
  commit: string
  /** Paths of repositories within it, which are not fetched. */
  submodules: string[]
}

/**
 * One commit of a student's repository as a folder below `root`. It is read like an archive, by the same rules: git never writes
 * a file of it.
 */
export async function takeRepository(
  source: GitSource,
  limits: IntakeLimits,
  root: string,
  transport?: Transport,
): Promise<TakenRepository | Fault> {
  const repository = join(root, 'repository.git')
  const files = join(root, 'files')
  for (const folder of [repository, files]) await mkdir(folder, { mode: 0o700 })
  const fetched = await fetchCommit(
    source,
    repository,
    { packBytes: limits.totalBytes * litterFactor, timeoutMs },
    transport,
  )
  switch (fetched.outcome) {
    case 'no-repository':
      return noRepository(source)
    case 'no-commit':
      return noCommit(source)
    case 'too-large':
      return repositoryTooLarge(source, limits)
    case 'fetched':
      break
  }
  const { commit } = fetched
  const top = await findTree(repository, commit, source.folder ?? '')
  if (top === undefined) return noFolderInRepository(source, commit)
  await using objects = openObjects(repository, timeoutMs)
  const submodules: string[] = []
  const tree = new UnpackedTree(files, limits)
  try {
    await fillTree(tree, readEntries(listTree(repository, top, timeoutMs), objects, submodules), limits)
    tree.makeLinks()
    return { folder: files, commit, submodules }
  } catch (thrown) {
    if (thrown instanceof ArchiveRefused) return thrown.fault
    throw thrown
  }
}

async function* readEntries(
  listed: AsyncGenerator<TreeEntry>,
  objects: ObjectReader,
  submodules: string[],
): AsyncGenerator<ArchiveEntry> {
  for await (const { mode, object, bytes, path } of listed) {
    const name = decodeName(path)
    const described = { name, bytes, executable: mode === '100755', content: () => objects.read(object) }
    switch (mode) {
      case '160000':
        submodules.push(name)
        break
      case '040000':
        yield { ...described, kind: 'directory' }
        break
      case '120000':
        yield { ...described, kind: 'link', target: await readTarget(objects, object, bytes) }
        break
      default:
        yield { ...described, kind: 'file' }
    }
  }
}

/** One that no file can have is left to be refused with its name. */
async function readTarget(objects: ObjectReader, object: string, bytes: number): Promise<string> {
  if (bytes > maxTargetBytes) return ''
  const parts: Buffer[] = []
  for await (const part of objects.read(object)) parts.push(part)
  return decodeName(Buffer.concat(parts))
}
