/** A folder, or a file beside others, of a Moodle download. */
export interface MoodleEntry {
  /** `张伟`, the name of a group, or what stands for it where names are hidden. */
  student: string
  /** The number that the grading worksheet calls `Participant <number>`. */
  participantId: string
  /** `file` for files that were handed in, `onlinetext` and others for what was not. */
  kind: string
  /** Of a file beside others: the name that it was handed in under. */
  fileName?: string
}

// As `mod/assign/classes/downloader.php` of moodle/moodle writes them: `<full name>_<participant>_assignsubmission_<kind>`,
// with an underscore behind it before Moodle 4, and `_<file name>` where "download in folders" is off.
const entry = /^(?<student>.+?)_(?<id>[1-9]\d{0,18})_assignsubmission_(?<kind>[a-z]+)(?:_(?<file>.*))?$/su

/** Whether a name can be of a Moodle download at all, also one whose number is missing. */
export function looksLikeMoodle(name: string): boolean {
  return /_assignsubmission_[a-z]+(?:_|$)/u.test(name)
}

/** What a name in Moodle's download means; undefined for every other name. */
export function readMoodleName(given: string, isFolder: boolean): MoodleEntry | undefined {
  const groups = entry.exec(given.normalize('NFC'))?.groups
  if (groups === undefined) return undefined
  const { student = '', id = '', kind = '', file = '' } = groups
  if (isFolder) return file === '' ? { student, participantId: id, kind } : undefined
  if (['', '.', '..'].includes(file)) return undefined
  return { student, participantId: id, kind, fileName: file }
}
