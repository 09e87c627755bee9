import { basename, relative, resolve } from 'node:path'
import { assignmentFiles, requireAssignmentId } from '../init/assignment-files.ts'
import { type CgradePin, tellHowToFind } from '../init/cgrade-pin.ts'
import { courseFiles } from '../init/course-files.ts'
import type { NewFile } from '../init/new-file.ts'
import { nextSteps } from '../init/next-steps.ts'
import { type Placed, placeFiles } from '../init/place-files.ts'
import { staffFiles } from '../init/staff-files.ts'
import { studentFiles } from '../init/student-files.ts'
import type { TerminalText } from '../model/encoded.ts'
import { UsageError } from '../model/grader-error.ts'
import { forJson, forTerminal, joinTerminal, terminal } from '../reporters/escape.ts'
import { findOwnClone } from '../sandbox/own-clone.ts'
import { loadCourse } from '../stages/specs/load-assignment.ts'
import { writeFileWhole } from '../store/write-file.ts'
import type { InitOptions } from './declare-init.ts'
import { exitCodes, type Io } from './io.ts'
import { needsRoot } from './select-exercises.ts'

/** Writes the files of a repository or an assignment. Exit code 2 when files that differ were left as they are. */
export async function init(options: InitOptions, io: Io): Promise<number> {
  const folder = resolve(options.folder)
  const files = await filesOf(options, folder)
  const placed = await placeFiles(folder, files, { replace: options.force, write: writeFileWhole })
  const shown = relative(process.cwd(), folder) || '.'
  const steps = nextSteps({ ...options, folder: shown.startsWith('../../') ? folder : shown })
  if (options.json) io.out(forJson({ schema: 'cgrade/init/v1', kind: options.kind, folder, ...placed, steps }))
  else io.out(tell(placed, steps))
  if (placed.kept.length === 0) return exitCodes.ok
  const those = placed.kept.map((path) => `\`${path}\``).join(', ')
  io.err(
    terminal`${forTerminal(`error: Left as they are, since they differ from what would be written: ${those}. \`--force\` replaces them; look at them first.`)}\n`,
  )
  return exitCodes.usage
}

async function filesOf(options: InitOptions, folder: string): Promise<NewFile[]> {
  if (options.kind === 'assignment') {
    return assignmentFiles({ id: options.id ?? idOf(folder), cgrade: options.calledAs })
  }
  if (options.assignment?.includes('/')) {
    throw new UsageError(
      `\`--assignment\` expects the id of an assignment that cgrade ships, got \`${options.assignment}\`. For one of your own, write its repository into \`specs\` of the workflow afterwards.`,
    )
  }
  const { assignment, specFiles } = await loadCourse(options.assignment)
  const pin = options.cgrade ?? (await ownPin(options))
  const settings = { pin, assignment: assignment.id, root: assignment.exercises.some(needsRoot) }
  if (options.kind === 'course') return courseFiles({ ...settings, staff: options.staff })
  if (options.kind === 'student') return studentFiles(settings)
  if (options.course === undefined) {
    throw new UsageError(
      `\`init staff\` expects the course repository, as in \`${options.calledAs} init staff --course octo-org/my-course\`.`,
    )
  }
  const names = specFiles.map((path) => basename(path).replace(/\.js$/, '.ts'))
  const serverExercise = assignment.exercises.find(({ kind }) => kind === 'server')?.id ?? 'server'
  const { course } = options
  return staffFiles({ ...settings, course, serverExercise, specFiles: names })
}

function idOf(folder: string): string {
  const name = basename(folder)
  try {
    return requireAssignmentId(name)
  } catch {
    throw new UsageError(
      `The folder's name \`${name}\` is no id for an assignment (small letters, digits and \`-\`). Give one with \`--id\`, as in \`--id warm-up\`.`,
    )
  }
}

/** The clone that this program runs from, or how to say it. */
async function ownPin({ kind, calledAs }: InitOptions): Promise<CgradePin> {
  const own = await findOwnClone()
  if (own.known) return own
  throw new UsageError(
    `Which cgrade shall the workflows use? This one cannot tell, because ${own.why}. Say it with \`--cgrade\`, as in \`${calledAs} init ${kind} --cgrade cgrade/cgrade@<40 hex digits>\`: ${tellHowToFind('cgrade/cgrade')}`,
  )
}

function tell(placed: Placed, steps: string[]): TerminalText {
  const lists: [string, string[]][] = [
    ['Wrote', placed.written],
    ['Replaced', placed.replaced],
    ['As it was', placed.unchanged],
    ['Left, differs', placed.kept],
  ]
  const lines = lists.flatMap(([verb, paths]) => paths.map((path) => `${verb.padEnd(15)}${path}`))
  const numbered = steps.flatMap((step, index) =>
    step.split('\n').map((line, at) => (at === 0 ? `  ${index + 1}. ${line}` : `     ${line}`)),
  )
  const all = [...lines, '', 'Next:', ...numbered]
  return terminal`${joinTerminal(all.map(forTerminal), terminal`\n`)}\n`
}
