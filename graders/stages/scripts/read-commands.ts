import { isCommandLine, isComment } from './known-commands.ts'
import { takeTranscript } from './transcript-commands.ts'

/** A script as bash can run it: an ordinary one stays as it is, byte for byte, and `notes` tell what else was done. */
export function readCommands(written: string): { text: string; notes: string[]; isSession: boolean } {
  const notes: string[] = []
  let text = written.startsWith('\u{FEFF}') ? written.slice(1) : written
  if (/\r(?:\n|$)/.test(text)) {
    text = text.split('\n').map(withoutReturns).join('\n')
    notes.push('its Windows line ends were turned into those of Linux')
  }
  const unfenced = stripFences(text)
  if (unfenced !== undefined) {
    text = unfenced
    notes.push('the Markdown around its commands was left out')
  }
  const session = takeTranscript(text)
  if (session !== undefined) {
    text = `${session.commands.join('\n')}\n`
    const { leftOut } = session
    const rest =
      leftOut === 0 ? '' : `, and ${leftOut} ${leftOut === 1 ? 'line' : 'lines'} of output or comment left out`
    notes.push(`it is a terminal session: the commands were taken without their prompts${rest}`)
  }
  return { text, notes, isSession: session !== undefined }
}

function withoutReturns(line: string): string {
  let end = line.length
  while (line[end - 1] === '\r') end--
  return line.slice(0, end)
}

const fence = /^\s{0,8}```+\s*([\w.+-]*)\s*$/
const shellLanguages =
  /^(?:|bash|sh|shell|zsh|console|terminal|text|txt|plain|shell-?session|shellscript|command|cmd)$/i

/** Code blocks of Markdown that were pasted with their fences, prose between them left out. */
function stripFences(text: string): string | undefined {
  const lines = text.split('\n')
  const first = lines.find((line) => fence.test(line) || (!isComment(line) && isCommandLine(line)))
  if (first !== undefined && fence.test(first)) return insideFences(lines)
  // Only the end of a block was caught: nothing else ends a script like that.
  const last = lines.findLastIndex((line) => line.trim() !== '')
  const fences = lines.filter((line) => fence.test(line)).length
  return fences === 1 && /^\s*```+\s*$/.test(lines[last] ?? '') ? lines.toSpliced(last, 1).join('\n') : undefined
}

function insideFences(lines: string[]): string {
  let language: string | undefined
  const kept = lines.filter((line) => {
    const opened = fence.exec(line)
    if (opened !== null) {
      language = language === undefined ? opened[1] : undefined
      return false
    }
    if (language !== undefined) return shellLanguages.test(language)
    return line.startsWith('#!') || (!isComment(line) && isCommandLine(line))
  })
  return `${kept.join('\n')}\n`
}
