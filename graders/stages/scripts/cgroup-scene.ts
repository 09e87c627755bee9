import { posix } from 'node:path'
import type { Submission } from '../../model/submission.ts'
import { programFile } from './fast-malloc.ts'
import type { FoundScript } from './find-script.ts'
import type { ExtraFile } from './pack-snapshot.ts'

/** The submission lies below it; no word in the path that a script looks for with `ps | grep`. */
export const workFolder = '/home/student/work'

export interface CgroupScene {
  /** Of ours among the submission's, paths relative to its root. */
  files: ExtraFile[]
  /** The script's own folder in the submission, and its name there. */
  folder: string
  scriptName: string
}

/** The script under a name that `ps | grep malloc` does not find, and our program wherever the student's would be. */
export function setScene(submission: Submission, script: FoundScript, askedBytes: number): CgroupScene {
  const folder = posix.dirname(script.path)
  const own = posix.basename(script.path)
  const scriptName = /malloc/i.test(own) || !own.endsWith('.sh') ? freeName(submission, folder) : own
  const text = script.text.replaceAll('\r\n', '\n')
  return {
    files: [
      { path: posix.join(folder, scriptName), content: text, executable: true },
      ...programPlaces(submission, folder).map((path) => programFile(path, askedBytes)),
    ],
    folder,
    scriptName,
  }
}

function freeName(submission: Submission, folder: string): string {
  const taken = new Set(submission.entries.map(({ path }) => path))
  return ['cgroup.sh', 'exercise.sh', 'exercise-3-1.sh'].find((name) => !taken.has(posix.join(folder, name))) ?? 'go.sh'
}

const mostPlaces = 20

/** In the place of a program that was handed in, and where one would have been built. */
function programPlaces(submission: Submission, scriptFolder: string): string[] {
  const taken = new Set(submission.entries.flatMap(({ path, kind }) => (kind === 'file' ? [] : [path])))
  const handedIn = submission.entries.flatMap(({ path, kind }) =>
    kind === 'file' && posix.basename(path) === 'malloc' ? [path] : [],
  )
  const folders = submission.entries.flatMap(({ path, kind }) =>
    kind === 'directory' && /malloc|memory/i.test(posix.basename(path)) ? [path] : [],
  )
  const places = [scriptFolder, '.', ...folders].map((place) => posix.join(place, 'malloc'))
  return [...new Set([...handedIn, ...places])].filter((path) => !taken.has(path)).slice(0, mostPlaces)
}
