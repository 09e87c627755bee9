import { posix } from 'node:path'
import { Readable } from 'node:stream'
import { pack } from 'tar-stream'
import type { ScriptEnd } from '../../model/observations.ts'
import type { Submission } from '../../model/submission.ts'
import { openScriptBox, type ScriptBox } from '../../sandbox/script-box/script-box.ts'
import type { ExerciseBench } from '../exercise-bench.ts'
import type { FoundScript } from '../scripts/find-script.ts'
import { packSnapshot } from '../scripts/pack-snapshot.ts'
import { readIfThere, readNote, tellPassedOver } from './box-notes.ts'
import { findRoots, type RootCandidate } from './find-roots.ts'
import { namedLibraries, provideLibraries } from './named-libraries.ts'
import { chrootCalls, keptRoots, mostKept, notesFolder, passedOver, standInCommands } from './stand-in-commands.ts'
import { writeDirectory, writeText } from './vet-tree.ts'

const workFolder = '/home/student/work'
const mostChanges = 60_000

/** What a script did in a box of its own. */
export interface ScriptTrial extends AsyncDisposable {
  end: ScriptEnd
  /** Libraries that it names by path, and that the sandbox does not have by that name. */
  missingLibraries: string[]
  /** It called `chroot /`. */
  enteredItself: boolean
  /** Folders that look like a root, best first. */
  roots(programs: string[][]): RootCandidate[]
  /** A folder of the box as a tar, unvetted; undefined: there is none. */
  read(path: string): Promise<Readable | undefined>
  /** Paths that it added or changed. */
  changed: string[]
  notes: string[]
}

export interface TrialOrder {
  script: FoundScript
  /** For an interactive shell that it starts. */
  stdin: string
  timeoutMs: number
  /** What a script is given that asks for an argument. */
  folder?: string
  /** Files of ours beside the commands, by absolute path. */
  files?: Record<string, { content: string | Buffer; mode?: number }>
}

/** A box for a script, or for what a script made: root may chroot in it, and that is all. */
export function openBox(bench: ExerciseBench): Promise<ScriptBox> {
  return openScriptBox({
    engine: bench.engine,
    bases: bench.bases,
    labels: bench.labels,
    capabilities: ['SYS_CHROOT'],
    limits: { memoryBytes: 256 * 1024 ** 2, pids: 128, outputBytes: 64 * 1024 },
    signal: bench.signal,
  })
}

/** Runs a handed-in script from its own folder, among the files that were handed in with it. */
export async function tryScript(bench: ExerciseBench, submission: Submission, order: TrialOrder): Promise<ScriptTrial> {
  const { script } = order
  const box = await openBox(bench)
  try {
    await box.put(Readable.from(packCommands(order)), '/')
    // The text that is run may differ from the file's own: a terminal's prompts are gone.
    const extra = [{ path: script.path, content: script.text, executable: true }]
    await box.put(packSnapshot(submission, extra), workFolder)
    const missingLibraries = await provideLibraries(box, namedLibraries(script.text))
    const before = new Set(await box.changedPaths(mostChanges))
    const takesFolder = order.folder !== undefined && readsArguments(script.text)
    const words = ['bash', `./${posix.basename(script.path)}`, ...(takesFolder ? [order.folder ?? ''] : [])]
    const end = await box.run(words, {
      folder: posix.join(workFolder, posix.dirname(script.path)),
      stdin: order.stdin,
      timeoutMs: order.timeoutMs,
    })
    // What it left in the background would go on changing what is looked at.
    await box.stop()
    const changed = (await box.changedPaths(mostChanges)).filter((path) => !before.has(path))
    const entered = (await readNote(box, chrootCalls)).split('\n').filter((line) => line !== '')
    const copies = new Map(
      entered.flatMap((path, index) => {
        const copy = `${keptRoots}/${index + 1}`
        return index < mostKept && changed.includes(copy) && path !== '/' ? [[index + 1, copy]] : []
      }),
    )
    return {
      end,
      missingLibraries,
      enteredItself: entered.includes('/'),
      changed: changed.filter((path) => !path.startsWith(notesFolder)),
      roots: (programs) => findRoots({ changed, entered, copies }, programs),
      read: (path) => readIfThere(box, path),
      notes: [
        ...(takesFolder ? [`It was given \`${order.folder}\` as its argument.`] : []),
        ...tellPassedOver(await readNote(box, passedOver)),
      ],
      [Symbol.asyncDispose]: () => box[Symbol.asyncDispose](),
    }
  } catch (thrown) {
    await box[Symbol.asyncDispose]()
    throw thrown
  }
}

/** Whether it may ask for an argument; one that it does not ask for does no harm. */
export function readsArguments(text: string): boolean {
  return /\$(1\b|\{1\b|@|\*|#|\{#)/.test(text)
}

function packCommands({ files = {} }: TrialOrder) {
  const tar = pack()
  const write = async () => {
    for (const folder of [workFolder, notesFolder, keptRoots]) await writeDirectory(tar, folder.slice(1))
    for (const note of [chrootCalls, passedOver]) await writeText(tar, note.slice(1), '')
    for (const [name, content] of Object.entries(standInCommands)) {
      await writeText(tar, `usr/local/sbin/${name}`, content, 0o755)
    }
    for (const [path, { content, mode }] of Object.entries(files)) await writeText(tar, path.slice(1), content, mode)
    tar.finalize()
  }
  write().catch((error) => tar.destroy(error))
  return tar
}
