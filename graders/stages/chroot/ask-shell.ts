import type { ScriptBox } from '../../sandbox/script-box/script-box.ts'
import { commandFolders, commandsIn, findCommand, type Tree, topNames } from './tree.ts'

/** Where the root lies in the box in which it is looked at. */
export const jail = '/jail'
/** Long, for a machine with much else to do: only what never answers takes it. */
const askTimeoutMs = 30_000

/** What a root that a script made looks like from inside, in a box where nothing else of the student's is. */
export interface InsideView {
  tree: Tree
  /** Its shell was started by chroot and could calculate. */
  shellRuns: boolean
  /** Its own ls was run by that shell. */
  lsRuns: boolean
  listed: string[]
  present: string[]
  nonces: string[]
  otherCommands: string[]
  outsideSeen: string[]
  complaint?: string
}

/** Names that nobody could know. */
export interface OurNames {
  /** In the root. */
  file: string
  folder: string
  /** In that folder. */
  deep: string
  /** Beside the root. */
  outside: string
  /** Marks the answers. */
  tag: string
}

interface Question {
  tree: Tree
  /** Names of the shell, best first. */
  shells: string[]
  /** Where its loader looks as well. */
  libraryFolders: string[]
  ours: OurNames
  /** That Debian has. */
  commands: string[]
}

/** Asks the shell of the tree itself; what it answers is the student's word, and is held against what lies there. */
export async function askShell(
  box: ScriptBox,
  { tree, shells, libraryFolders, ours, commands }: Question,
): Promise<InsideView> {
  const view: InsideView = {
    tree,
    shellRuns: false,
    lsRuns: false,
    listed: [],
    present: [...topNames(tree), ours.file, ours.folder].flatMap((name) => name.split('\n')).sort(),
    nonces: [ours.file, ours.folder],
    otherCommands: [],
    outsideSeen: [],
  }
  const shell = shells.map((name) => findCommand(tree, name)).find((path) => path !== undefined)
  if (shell === undefined) return view
  const lsFolder = findCommand(tree, 'ls')?.split('/').slice(0, -1).join('/')
  const folders = new Set([...commandFolders, ...(lsFolder === undefined ? [] : [lsFolder])])
  const env = {
    PATH: [...folders].map((folder) => `/${folder}`).join(':'),
    HOME: '/',
    LANG: 'C',
    LD_LIBRARY_PATH: libraryFolders.join(':'),
  }
  const ask = (lines: string[]) =>
    // Both streams as one, so that what a command complains about stands between the marks of that command.
    box.run(['/usr/sbin/chroot', jail, `/${shell}`], {
      stdin: ['exec 2>&1', ...lines, ''].join('\n'),
      env,
      timeoutMs: askTimeoutMs,
      folder: '/',
    })
  await askForList(ask, ours, view)
  if (view.shellRuns) await askAround(ask, ours, commands, view)
  return view
}

type Ask = (lines: string[]) => ReturnType<ScriptBox['run']>

async function askForList(ask: Ask, { tag, folder, deep }: OurNames, view: InsideView): Promise<void> {
  const [left, right] = [7 + Number.parseInt(tag.slice(-4), 16), 100_003]
  const { output, how, exitCode } = await ask([
    `echo ${tag} $((${left} * ${right}))`,
    `echo ${tag} list; ls /; echo ${tag} ended $?`,
    `ls /${folder}; echo ${tag} folder $?`,
  ])
  view.shellRuns = output.includes(`${tag} ${left * right}`)
  const [inRoot, rootEnd] = between(output, `${tag} list`, `${tag} ended`)
  const [inFolder, folderEnd] = between(output, `${tag} ended`, `${tag} folder`)
  view.lsRuns = view.shellRuns && rootEnd === '0' && folderEnd === '0'
  if (view.lsRuns) {
    const inBoth = (root: string[], below: string[]) => [...root, ...below.map((name) => `${folder}/${name}`)].sort()
    view.listed = inBoth(inRoot, inFolder)
    view.present = inBoth(view.present, [deep])
  } else {
    const said = view.shellRuns ? [...inRoot, ...inFolder].join('\n') : output
    view.complaint = said.trim().slice(0, 600) || `no answer (${how}, exit code ${exitCode ?? 'unknown'})`
  }
}

async function askAround(ask: Ask, { tag, outside }: OurNames, commands: string[], view: InsideView): Promise<void> {
  const { tree } = view
  const { output } = await ask([
    `for c in ${commands.join(' ')}; do type -P "$c" && echo ${tag} has "$c"; done`,
    `for p in /${outside} /srv/${outside} /../../${outside} /jail; do [ -e "$p" ] && echo ${tag} sees "$p"; done`,
    `ls / /.. /srv /../../srv`,
  ])
  const lines = output.split('\n')
  const marked = (word: string) =>
    lines.flatMap((line) => (line.startsWith(`${tag} ${word} `) ? line.slice(tag.length + word.length + 2) : []))
  const known = new Set(commands)
  // Its own word, and what lies there: a bash that keeps silent hides nothing.
  const found = [...marked('has'), ...commandsIn(tree)].filter((name) => known.has(name))
  view.otherCommands = [...new Set(found)].filter((name) => name !== 'bash' && name !== 'ls').sort()
  view.outsideSeen = marked('sees').filter((path) => !(path === jail && tree.entries.has(jail.slice(1))))
  if (lines.includes(outside)) view.outsideSeen.push(`/${outside}`)
}

/** Commands that Debian has, by the box's own account before anything of the student's is in it. */
export async function listCommands(box: ScriptBox): Promise<string[]> {
  const { output } = await box.run(['ls', '-1', '/usr/bin', '/usr/sbin'], { timeoutMs: askTimeoutMs })
  return [...new Set(output.split('\n').filter((name) => /^[a-z0-9][a-z0-9._+-]*$/i.test(name)))]
}

/** The lines after the line of the first mark, and what stands behind the last mark. */
function between(output: string, from: string, to: string): [lines: string[], end: string | undefined] {
  const lines = output.split('\n')
  const begin = lines.findIndex((line) => line.startsWith(from))
  const end = lines.findIndex((line, index) => index > begin && line.startsWith(to))
  if (begin < 0 || end < 0) return [[], undefined]
  return [lines.slice(begin + 1, end), lines[end]?.slice(to.length + 1)]
}
