/** Test support: the files through which a step sets outputs, variables and paths, read as the runner reads them. */

/** What the runner takes as a step's summary; a larger one is refused whole. */
export const summaryLimitBytes = 1024 * 1024

/** `name=value`, or `name<<END`, lines, `END`. A file that is neither fails the step. */
export function readSettings(text: string): Record<string, string> {
  const settings: [string, string][] = []
  const lines = text.split(/\r\n|\n/)
  if (lines.at(-1) === '') lines.pop()
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? ''
    if (line === '') continue
    const equals = line.indexOf('=')
    const heredoc = line.indexOf('<<')
    if (equals >= 0 && (heredoc < 0 || equals < heredoc)) {
      settings.push([requireName(line.slice(0, equals), line), line.slice(equals + 1)])
      continue
    }
    if (heredoc < 0) throw new Error(`Invalid format '${line}'`)
    const name = requireName(line.slice(0, heredoc), line)
    const delimiter = line.slice(heredoc + 2)
    if (delimiter === '') throw new Error(`Invalid format '${line}'. Delimiter must not be empty`)
    const end = lines.indexOf(delimiter, at + 1)
    if (end < 0) throw new Error(`Invalid value. Matching delimiter not found '${delimiter}'`)
    settings.push([name, lines.slice(at + 1, end).join('\n')])
    at = end
  }
  return Object.fromEntries(settings)
}

function requireName(name: string, line: string): string {
  if (name === '') throw new Error(`Invalid format '${line}'. Name must not be empty`)
  return name
}

/** The runner refuses to let a step set this for the steps after it. */
export function refuseVariables(settings: Record<string, string>): void {
  if (Object.keys(settings).some((name) => name.toUpperCase() === 'NODE_OPTIONS')) {
    throw new Error("Can't store NODE_OPTIONS output parameter using '$GITHUB_ENV' command.")
  }
}
