/** A file of a Canvas download. */
export interface CanvasFile {
  /** Family name first, lower case, without spaces: `zhangwei`; empty in an anonymous download. */
  student: string
  /** The number of the student, or the five letters that stand for it in an anonymous assignment. */
  userId: string
  isAnonymous: boolean
  isLate: boolean
  /** Absent for what was typed into Canvas. */
  file?: { id: string; name: string }
}

// As `lib/content_zipper.rb` of instructure/canvas-lms writes them: the sortable name in lower case without anything but word
// characters, `LATE` where it was late, the user's id, the file's id and its name; `_text.html` and `_link.html` for what was
// typed. Its own `infer_comment_context_from_filename` finds a student by the two numbers again.
const word = String.raw`[\p{L}\p{M}\p{N}\p{Pc}]`
const number = String.raw`[1-9]\d{0,18}`
const rest = String.raw`(?:(?<file>${number})_(?<name>.+)|(?:text|link)\.html)`
const named = new RegExp(`^(?<student>${word}*?)_(?<late>LATE_)?(?<user>${number})_${rest}$`, 'su')
const anonymous = new RegExp(`^(?<late>LATE_)?anon_(?<user>[A-Za-z0-9]{5})_${rest}$`, 'su')

/** What a name in Canvas' download means; undefined for every other name. */
export function readCanvasName(given: string): CanvasFile | undefined {
  const name = given.normalize('NFC')
  const groups = (anonymous.exec(name) ?? named.exec(name))?.groups
  if (groups === undefined) return undefined
  const { student = '', user = '', late, file, name: original } = groups
  // Canvas writes the name in lower case, the mark in upper case.
  if (student !== student.toLowerCase() || original === '.' || original === '..') return undefined
  const isAnonymous = anonymous.test(name)
  const written = file === undefined || original === undefined ? {} : { file: { id: file, name: original } }
  return { student, userId: user, isAnonymous, isLate: late !== undefined, ...written }
}
