import { join, resolve } from 'node:path'
import type { GradesFile } from '../model/grade.ts'
import { UsageError } from '../model/grader-error.ts'
import { fileName, fileNameOf } from '../model/identity.ts'
import { suggestNearest } from '../model/nearest.ts'
import type { Similarity } from '../model/similarity.ts'
import { forTerminal, terminal } from '../reporters/escape.ts'
import { type Format, type FormatName, type Place, reportFormats } from '../reporters/formats.ts'
import { renderJson } from '../reporters/json.ts'
import { nameSome } from '../reporters/numbers.ts'
import { readSimilarity } from '../store/fingerprints.ts'
import { readRun } from '../store/read-run.ts'
import { writeWhole } from '../store/run-folder.ts'
import type { ReportOptions } from './command-line.ts'
import { exitCodes, type Io } from './io.ts'
import { folderOfRun, locateRun } from './locate-run.ts'
import { readOwnText } from './read-own-text.ts'
import { shownPath } from './shown-path.ts'

/** Renders an earlier run again. Exit code 0 when that worked, whatever the grades are. */
export async function report(options: ReportOptions, io: Io): Promise<number> {
  const wanted = [...new Set(options.formats.flatMap((format) => format.split(',')).map(requireFormat))]
  const formats: FormatName[] = wanted.length === 0 && !options.json ? ['table'] : wanted
  const isPrinted = (format: Format) => format.goesTo === 'terminal' && options.out === undefined
  const printed = formats.filter((name) => isPrinted(reportFormats[name]))
  if (options.json && printed.length > 0) {
    throw new UsageError(
      `\`--json\` and \`--format ${printed[0]}\` both want standard output. Leave one out, or name a folder with \`--out\`.`,
    )
  }
  requireOneBook(options, formats)
  requireWholeRun(options, formats)
  const path = await locateRun(options.run)
  const run = await readRun(path)
  const file = options.only === undefined ? run : selectSubmission(run, options.only)

  const folder = await targetFolder(options, path)
  const place = { ...placeOf(options), ...(formats.includes('staff') ? { similarity: await similarityOf(path) } : {}) }
  let exitCode: number = exitCodes.ok
  for (const name of formats) {
    if (io.signal.aborted) return exitCodes.interrupted
    const format: Format = reportFormats[name]
    if (format.goesTo === 'students') await writePages(await runFolder(options, path), format, file, io)
    else if (format.goesTo === 'book') await writeBook(folder, format, file, options, io)
    else if (format.goesTo === 'folder') exitCode = await writeFiles(folder, format, file, place, io)
    else if (format.goesTo === 'terminal' && isPrinted(format)) io.out(format.render(file, io, place))
    else {
      await writeWhole(folder, format.fileName, format.render(file, { columns: 80, color: false }, place))
      io.err(terminal`Wrote ${forTerminal(shownPath(join(folder, format.fileName)))}\n`)
    }
  }
  if (options.json) io.out(renderJson(file))
  return exitCode
}

/** Whoever reads these files takes a missing one for a fault of the grader, which an ungraded submission is. */
async function writeFiles(
  folder: string,
  format: Extract<Format, { goesTo: 'folder' }>,
  file: GradesFile,
  place: Place,
  io: Io,
): Promise<number> {
  const files = format.renderFiles(file, place)
  for (const [name, text] of files ?? []) {
    await writeWhole(folder, name, text)
    io.err(terminal`Wrote ${forTerminal(shownPath(join(folder, name)))}\n`)
  }
  if (files !== undefined) return exitCodes.ok
  io.err(
    terminal`This submission is ungraded, which is not its fault: no ${forTerminal(format.fileName)} was written.\n`,
  )
  return exitCodes.ungraded
}

/** A grade book, and below the line about it what its reader must know. */
async function writeBook(
  folder: string,
  format: Extract<Format, { goesTo: 'book' }>,
  file: GradesFile,
  { template, column }: ReportOptions,
  io: Io,
): Promise<void> {
  const read =
    template === undefined
      ? undefined
      : { path: template, text: await readOwnText(template, '--template', 'what the learning platform exported') }
  const { text, told } = format.renderBook(file, { template: read, column })
  await writeWhole(folder, format.fileName, text)
  io.err(terminal`Wrote ${forTerminal(shownPath(join(folder, format.fileName)))}\n`)
  for (const sentence of told) io.err(terminal`  ${forTerminal(sentence)}\n`)
}

async function similarityOf(path: string): Promise<Similarity | undefined> {
  return readSimilarity(await folderOfRun(path))
}

/** The staff's page in the folder of one student would be handed to that student one day. */
function requireWholeRun({ only }: ReportOptions, formats: FormatName[]): void {
  if (only === undefined || !formats.includes('staff')) return
  throw new UsageError(
    `\`--format staff\` is a page about a whole run, and does not go with \`--only ${only}\`. Leave that out.`,
  )
}

function placeOf({ checkout }: ReportOptions): Place {
  return { checkout: resolve(checkout ?? (process.env.GITHUB_WORKSPACE || '.')), env: process.env }
}

/** A page for each student, told in one line. */
async function writePages(
  folder: string,
  format: Extract<Format, { goesTo: 'students' }>,
  file: GradesFile,
  io: Io,
): Promise<void> {
  const names = file.grades.map(({ submission }) => fileName`${fileNameOf(submission.id)}/${format.fileName}`)
  const without: string[] = []
  for (const [index, grade] of file.grades.entries()) {
    if (io.signal.aborted) return
    const text = format.renderOne(grade, file)
    if (text === undefined) without.push(grade.submission.id)
    else await writeWhole(folder, names[index] ?? format.fileName, text)
  }
  if (without.length > 0) {
    io.err(
      terminal`Without a ${forTerminal(format.fileName)}, as they are ungraded: ${forTerminal(nameSome(without))}\n`,
    )
  }
  const [only = ''] = names
  const place = names.length === 1 ? only : join('<student>', format.fileName)
  const count = names.length === 1 ? terminal`` : terminal` (${names.length} pages)`
  io.err(terminal`Wrote ${forTerminal(shownPath(join(folder, place)))}${count}\n`)
}

/** A template is of one platform. */
function requireOneBook({ template, column }: ReportOptions, formats: FormatName[]): void {
  if (template === undefined && column === undefined) return
  const books = formats.filter((name) => reportFormats[name].goesTo === 'book')
  const option = template === undefined ? '--column' : '--template'
  if (template === undefined)
    throw new UsageError('`--column` names a column of the file that `--template` names; name that, too.')
  if (books.length === 1) return
  const names = Object.keys(reportFormats).filter((name) => isFormat(name) && reportFormats[name].goesTo === 'book')
  throw new UsageError(
    `\`${option}\` goes with one \`--format\` of ${names.map((name) => `\`${name}\``).join(' or ')}, got ${books.length === 0 ? 'none' : books.join(',')}.`,
  )
}

function requireFormat(given: string): FormatName {
  const name = given.trim()
  if (isFormat(name)) return name
  const names = Object.keys(reportFormats)
  const expected = names.map((one) => `\`${one}\``).join(', ')
  throw new UsageError(
    `\`--format\` expects ${expected}, separated by commas; got \`${name}\`.${suggestNearest(name, names)}`,
  )
}

function isFormat(name: string): name is FormatName {
  return Object.hasOwn(reportFormats, name)
}

function selectSubmission(file: GradesFile, only: string): GradesFile {
  const id = only.normalize('NFC')
  const grades = file.grades.filter((grade) => grade.submission.id === id)
  if (grades.length > 0) return { ...file, grades }
  const suggestion = suggestNearest(
    id,
    file.grades.map((grade) => grade.submission.id),
  )
  throw new UsageError(`There is no submission \`${only}\` in this run of ${file.grades.length}.${suggestion}`)
}

/** Beside grades.json; a single submission gets a folder there, so that it never replaces the files of the run. */
async function targetFolder(options: ReportOptions, path: string): Promise<string> {
  const folder = await runFolder(options, path)
  if (options.out !== undefined || options.only === undefined) return folder
  return join(folder, fileNameOf(options.only.normalize('NFC')))
}

async function runFolder(options: ReportOptions, path: string): Promise<string> {
  if (options.out !== undefined) return resolve(options.out)
  return folderOfRun(path)
}
