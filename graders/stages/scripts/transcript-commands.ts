import { isCommandLine, isComment } from './known-commands.ts'
import { assignedIn, readPrompt, readRootPrompt, type Typed } from './prompts.ts'

export interface TranscriptCommands {
  commands: string[]
  /** Lines of output, prompts without a command, comments. */
  leftOut: number
}

/**
 * The commands of a terminal session that was handed in as a script. A file is one only where a prompt stands before its very
 * first command: an ordinary script with a `$ ` somewhere in its text stays as it is.
 */
export function takeTranscript(text: string): TranscriptCommands | undefined {
  const lines = text.split('\n')
  const shebang = /^#!/.test(lines[0] ?? '') ? 1 : 0
  const assigned = assignedIn(text)
  const rootOnly = shebang === 0 && isRootSession(lines, assigned)
  const read = (line: string) => readPrompt(line, assigned) ?? (rootOnly ? readRootPrompt(line) : undefined)
  const first = firstTyped(lines.slice(shebang), read)
  if (first === undefined) return undefined
  const commands = followSession(lines.slice(shebang), first, read)
  return {
    commands: [...lines.slice(0, shebang), ...commands],
    leftOut: lines.filter((line) => line.trim() !== '').length - shebang - commands.length,
  }
}

/** `# lsns`, and no line that could be an ordinary command: what looks like a comment and names a command was typed by root. */
function isRootSession(lines: string[], assigned: ReadonlySet<string>): boolean {
  const comments = lines.filter((line) => isComment(line) && line.trim() !== '')
  const typed = comments.filter((line) => readRootPrompt(line) !== undefined)
  const others = lines.filter((line) => !isComment(line))
  if (typed.length === 0) return false
  // Nothing but comments may be just that.
  if (others.length === 0) return typed.length === comments.length && typed.some((line) => /[|>$]|\s[-/]\w/.test(line))
  return others.every(
    (line) => readPrompt(line, assigned) === undefined && (!isCommandLine(line) || /^\s*\/\S*(?:\s+->|:|$)/.test(line)),
  )
}

/** The first line that is a command must have a prompt; a greeting may stand before a prompt that names its host. */
function firstTyped(lines: string[], read: (line: string) => Typed | undefined): Typed | undefined {
  let greeted = false
  for (const line of lines) {
    const typed = read(line)
    if (typed !== undefined) return greeted && !typed.shell.startsWith('host:') ? undefined : typed
    if (isComment(line)) continue
    if (isCommandLine(line)) return undefined
    greeted = true
  }
  return undefined
}

function followSession(lines: string[], first: Typed, read: (line: string) => Typed | undefined): string[] {
  const commands: string[] = []
  const shells = new Set([first.shell])
  let continued = 0
  let asRoot = false
  let last = ''
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? ''
    const open = continued < maxContinued ? isOpen(last) : undefined
    if (open !== undefined && (open === 'always' || line.startsWith('> '))) {
      const more = line.replace(/^> ?/, '')
      commands.push(more)
      last = `${last}\n${more}`
      continued++
      continue
    }
    const typed = read(line) ?? (asRoot ? readRootPrompt(line) : undefined)
    if (typed === undefined) continue
    if (!shells.has(typed.shell)) {
      // What was typed inside a container or another root stays there.
      if (opensShell.test(last.slice(-4_000))) continue
      shells.add(typed.shell)
    }
    if (changesUser.test(typed.command)) asRoot = true
    else if (typed.command !== '' && !leaves.test(typed.command)) {
      commands.push(typed.command)
      continued = 0
      last = typed.command
      if (opensShell.test(last.slice(-4_000))) at = endOfInner(lines, at, read)
    }
  }
  return commands
}

const maxContinued = 200
const leaves = /^(?:exit|logout)\b/
const changesUser = /^(?:sudo\s+)?su(?:\s+-\w*|\s+root)*\s*$|^sudo\s+(?:-[is]+|(?:ba)?sh)\s*$/
/** An interactive shell somewhere else. */
const opensShell =
  /\bchroot\s+\S+\s*(?:\/\S*sh\s*)?$|\b(?:docker|podman|nerdctl|kubectl)\s+(?:\w+\s+)?(?:exec|run)\s(?:.*\s)?(?:-it|-ti|-i\s+-t|--interactive)\b|\b(?:nsenter|unshare)\b.*\s(?:\/\S*\/)?(?:ba)?sh\s*$/

/** Where the session in another shell was left, so that `exit` there never ends the script. */
function endOfInner(lines: string[], from: number, read: (line: string) => Typed | undefined): number {
  const length = lines.slice(from + 1).findIndex((line) => leaves.test(read(line)?.command ?? line.trim()))
  return length === -1 ? from : from + 1 + length
}

/** Whether a command goes on in the next line: for certain, or where the next line has the second prompt `> `. */
function isOpen(command: string): 'always' | 'perhaps' | undefined {
  if (/\\$/.test(command)) return 'always'
  const heredoc = /<<-?\s*['"\\]?(\w+)/.exec(command)?.[1]
  if (heredoc !== undefined && !new RegExp(`\\n\\s*${heredoc}\\s*$`).test(command)) return 'always'
  const count = (pattern: RegExp) => command.match(pattern)?.length ?? 0
  const loops = count(/(?:^|[;\n&|])[^\S\n]*(?:for|while|until)\s/g) - count(/(?:^|[;\n])[^\S\n]*done\b/g)
  const choices = count(/(?:^|[;\n&|])[^\S\n]*if\s/g) - count(/(?:^|[;\n])[^\S\n]*fi\b/g)
  if (loops > 0 || choices > 0) return 'always'
  const quoted = count(/(?<!\\)"/g) % 2 === 1 || count(/'/g) % 2 === 1
  return quoted || /(?:\||&&|[{(])\s*$/.test(command) ? 'perhaps' : undefined
}
