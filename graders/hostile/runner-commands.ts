/** Test support: what the runner of GitHub Actions obeys in the output of a step, told by the rules of its own parser. */

export interface RunnerCommand {
  /** In small letters: `error`, `add-mask`, or the token that ends a `stop-commands`. */
  name: string
  properties: Record<string, string>
  value: string
}

/** What the runner registers; whether it then carries a command out is another question (`set-env` it refuses by now). */
const registered = [
  ...['notice', 'warning', 'error', 'debug', 'group', 'endgroup', 'echo', 'add-mask', 'add-matcher', 'remove-matcher'],
  ...['set-output', 'save-state', 'set-env', 'add-path', 'internal-set-repo-path', 'stop-commands'],
]

/** Leading characters that .NET trims; JavaScript's own idea of them differs. */
const leadingBlanks = /^[\t-\r \u{85}\u{A0}\u{1680}\u{2000}-\u{200A}\u{2028}\u{2029}\u{202F}\u{205F}\u{3000}]+/u

/** The runner compares by culture, to which these weigh nothing: a line is read with and without them. */
const weightless = /[[\p{Default_Ignorable_Code_Point}\p{Cc}]--[\t-\r\u{85}]]/gv

/** Every command that the runner would obey in this output, in order. */
export function commandsIn(output: string): RunnerCommand[] {
  const names = new Set(registered)
  const obeyed: RunnerCommand[] = []
  let token: string | undefined
  for (const line of output.split(/\r\n|\r|\n/)) {
    const command = parseLine(line, names) ?? parseLine(line.replace(weightless, ''), names)
    if (command === undefined) continue
    if (token === undefined) {
      obeyed.push(command)
      if (command.name !== 'stop-commands') continue
      token = command.value.toLowerCase()
      names.add(token)
    } else if (token !== '' && command.name === token) {
      // It obeys again; with an empty token it never would.
      obeyed.push(command)
      names.delete(token)
      token = undefined
    }
  }
  return obeyed
}

function parseLine(line: string, names: ReadonlySet<string>): RunnerCommand | undefined {
  return parseColons(line, names) ?? parseBrackets(line, names)
}

/** `::name key=value,key=value::value`, blanks before it or not. */
function parseColons(line: string, names: ReadonlySet<string>): RunnerCommand | undefined {
  const trimmed = line.replace(leadingBlanks, '')
  const end = trimmed.indexOf('::', 2)
  if (!trimmed.startsWith('::') || end < 0) return undefined
  const escapes = { '%0D': '\r', '%0A': '\n' }
  return readCommand(trimmed.slice(2, end), trimmed.slice(end + 2), names, {
    separator: ',',
    property: { ...escapes, '%3A': ':', '%2C': ',', '%25': '%' },
    value: { ...escapes, '%25': '%' },
  })
}

/** `##[name key=value;key=value]value`, the older way, anywhere in a line; only its first one counts. */
function parseBrackets(line: string, names: ReadonlySet<string>): RunnerCommand | undefined {
  const start = line.indexOf('##[')
  const end = line.indexOf(']', start)
  if (start < 0 || end < 0) return undefined
  const escapes = { '%3B': ';', '%0D': '\r', '%0A': '\n', '%5D': ']', '%25': '%' }
  return readCommand(line.slice(start + 3, end), line.slice(end + 1), names, {
    separator: ';',
    property: escapes,
    value: escapes,
  })
}

type Escapes = Record<string, string>

function readCommand(
  head: string,
  value: string,
  names: ReadonlySet<string>,
  rules: { separator: string; property: Escapes; value: Escapes },
): RunnerCommand | undefined {
  const blank = head.indexOf(' ')
  const name = (blank < 0 ? head : head.slice(0, blank)).toLowerCase()
  if (!names.has(name)) return undefined
  const pairs = blank < 0 ? [] : head.slice(blank + 1).split(rules.separator)
  const properties = pairs.flatMap((pair): [string, string][] => {
    const at = pair.indexOf('=')
    const key = pair.slice(0, at).trim()
    return at < 1 || at === pair.length - 1 ? [] : [[key, readEscapes(pair.slice(at + 1), rules.property)]]
  })
  return { name, properties: Object.fromEntries(properties), value: readEscapes(value, rules.value) }
}

/** In this order, so that `%250A` stays `%0A`. */
function readEscapes(text: string, escapes: Escapes): string {
  return Object.entries(escapes).reduce((rest, [written, meant]) => rest.replaceAll(written, meant), text)
}
