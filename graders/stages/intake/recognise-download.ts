import type { Delivery } from '../../model/delivery.ts'
import { archiveStem } from './archive-names.ts'
import { type CanvasFile, readCanvasName } from './canvas-names.ts'
import { looksLikeMoodle, type MoodleEntry, readMoodleName } from './moodle-names.ts'

/** An entry right below the folder of a download. */
export interface ListedEntry {
  name: string
  isFolder: boolean
}

/** What one student handed in through a learning platform. */
export interface HandIn {
  id: string
  delivery: Delivery
  /** A folder of files, or files that lie among those of others, with the names that they were handed in under. */
  holds: { folder: string } | { files: { entry: string; name: string }[] }
}

export interface Download {
  handIns: HandIn[]
  leftOut: { name: string; why: string }[]
  /** Everything else, which is what it would be in any folder. */
  rest: ListedEntry[]
}

const typed = 'typed into the learning platform: no file was handed in with it'

/** Finds what Canvas and Moodle have named, by names alone. What they would not write stays what it is. */
export function recogniseDownload(entries: ListedEntry[]): Download {
  const moodle = recogniseMoodle(entries)
  const canvas = recogniseCanvas(moodle.rest)
  return {
    handIns: [...canvas.handIns, ...moodle.handIns],
    leftOut: [...moodle.leftOut, ...canvas.leftOut],
    rest: canvas.rest,
  }
}

function recogniseCanvas(entries: ListedEntry[]): Download {
  const found = new Map<string, CanvasFile>()
  for (const { name, isFolder } of entries) {
    const file = isFolder ? undefined : readCanvasName(name)
    if (file !== undefined) found.set(name, file)
  }
  if (!isFromCanvas([...found.values()])) return { handIns: [], leftOut: [], rest: entries }
  const handIns: HandIn[] = []
  const leftOut: Download['leftOut'] = []
  for (const files of Map.groupBy(found, ([, { userId }]) => userId).values()) {
    const first = files[0]?.[1]
    const handedIn = files.flatMap(([entry, { file }]) => (file === undefined ? [] : [{ entry, ...file }]))
    for (const [name, { file }] of files) if (file === undefined) leftOut.push({ name, why: typed })
    if (first === undefined || handedIn.length === 0) continue
    const { student, userId, isAnonymous } = first
    handIns.push({
      id: student === '' ? (isAnonymous ? `anon_${userId}` : userId) : `${student}_${userId}`,
      delivery: {
        ...(student === '' ? {} : { name: student }),
        ...(isAnonymous ? {} : { canvasId: userId }),
        ...(files.some(([, { isLate }]) => isLate) ? { markedLate: true } : {}),
      },
      holds: { files: nameApart(handedIn) },
    })
  }
  return { handIns, leftOut, rest: entries.filter(({ name }) => !found.has(name)) }
}

/** In Canvas a number means one user, and one file; where that does not hold, the names only look alike. */
function isFromCanvas(files: CanvasFile[]): boolean {
  const namesOf = Map.groupBy(files, ({ userId }) => userId)
  const isOneName = (same: CanvasFile[]) => new Set(same.map(({ student }) => student)).size === 1
  const numbers = files.flatMap(({ file }) => file?.id ?? [])
  if (![...namesOf.values()].every(isOneName) || new Set(numbers).size !== numbers.length) return false
  // `module_3_1_alice.zip` and `module_3_2_bob.zip` are not two files of a student called "module".
  const archives = files.filter(({ file }) => file !== undefined && archiveStem(file.name) !== undefined)
  return namesOf.size > 1 || archives.length < 2
}

function nameApart(files: { entry: string; id: string; name: string }[]): { entry: string; name: string }[] {
  const taken = new Set<string>()
  return files.map(({ entry, id, name }) => {
    const own = taken.has(name) ? `${id}_${name}` : name
    taken.add(own)
    return { entry, name: own }
  })
}

function recogniseMoodle(entries: ListedEntry[]): Download {
  const handIns: HandIn[] = []
  const leftOut: Download['leftOut'] = []
  const rest: ListedEntry[] = []
  const loose: [entry: string, parsed: MoodleEntry, name: string][] = []
  for (const one of entries) {
    const parsed = readMoodleName(one.name, one.isFolder)
    if (parsed === undefined && looksLikeMoodle(one.name)) {
      const why = 'named as in a Moodle download, but without the number of a participant: whose it is cannot be known'
      leftOut.push({ name: one.name, why })
    } else if (parsed === undefined) rest.push(one)
    else if (parsed.kind !== 'file') leftOut.push({ name: one.name, why: typed })
    else if (parsed.fileName !== undefined) loose.push([one.name, parsed, parsed.fileName])
    else handIns.push({ ...whoIs(parsed), holds: { folder: one.name } })
  }
  for (const files of Map.groupBy(loose, ([, parsed]) => whoIs(parsed).id).values()) {
    const [first] = files
    if (first === undefined) continue
    handIns.push({ ...whoIs(first[1]), holds: { files: files.map(([entry, , name]) => ({ entry, name })) } })
  }
  return { handIns, leftOut, rest }
}

function whoIs({ student, participantId }: MoodleEntry): { id: string; delivery: Delivery } {
  return { id: `${student}_${participantId}`, delivery: { name: student, moodleId: participantId } }
}
