import { Readable } from 'node:stream'
import { type Pack, pack } from 'tar-stream'
import { drawFrom } from '../../spec-kit/random.ts'
import type { ExerciseBench } from '../exercise-bench.ts'
import { askShell, type InsideView, jail, listCommands, type OurNames } from './ask-shell.ts'
import { openBox } from './script-trial.ts'
import type { Tree } from './tree.ts'
import { copyVetted, type TreeCaps, TreeTooLarge, writeDirectory, writeText } from './vet-tree.ts'

const treeCaps: TreeCaps = { bytes: 320 * 1024 ** 2, entries: 20_000, depth: 40 }

export interface LookOrder {
  /** Names of the shell, best first. */
  shells: string[]
  /** Where its loader looks as well, beside Debian's own places. */
  libraryFolders?: string[]
  /** For names that nobody could know. */
  seed: string
}

/** Too large to be looked at: the sentence says how. */
export type Look = { seen: InsideView } | { tooLarge: string }

/** Copies a folder out of one box into a fresh one, and asks the shell in it what it sees. */
export async function lookInside(bench: ExerciseBench, source: Readable, order: LookOrder): Promise<Look> {
  await using box = await openBox(bench)
  const draws = drawFrom(order.seed)
  const ours: OurNames = {
    file: draws.word(),
    folder: draws.word(),
    deep: draws.word(),
    outside: draws.word(),
    tag: draws.word(),
  }
  const commands = await listCommands(box)
  const tar = pack()
  // What goes wrong on one side ends both: a tar that is broken off leaves the engine waiting for its end.
  const [copied] = await Promise.all([copyBesideOurs(source, tar, ours), box.put(Readable.from(tar), '/')])
  if ('tooLarge' in copied) return copied
  return {
    seen: await askShell(box, {
      tree: copied.tree,
      shells: order.shells,
      libraryFolders: order.libraryFolders ?? [],
      ours,
      commands,
    }),
  }
}

/** What a script made becomes the root, with files of ours in it, and others beside it. */
async function copyBesideOurs(
  source: Readable,
  tar: Pack,
  ours: OurNames,
): Promise<{ tree: Tree } | { tooLarge: string }> {
  try {
    const tree = await copyVetted(source, tar, jail.slice(1), treeCaps)
    if (!tree.isDirectory) await writeDirectory(tar, jail.slice(1))
    await writeText(tar, `jail/${ours.file}`, 'in the root\n')
    await writeDirectory(tar, `jail/${ours.folder}`)
    await writeText(tar, `jail/${ours.folder}/${ours.deep}`, 'in a folder of the root\n')
    await writeText(tar, ours.outside, 'outside of the root\n')
    await writeDirectory(tar, `srv/${ours.outside}`)
    await writeText(tar, `srv/${ours.outside}/${ours.outside}`, 'outside of the root\n')
    return { tree }
  } catch (thrown) {
    if (thrown instanceof TreeTooLarge) return { tooLarge: thrown.message }
    throw thrown
  } finally {
    tar.finalize()
  }
}
