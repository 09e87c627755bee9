/** An interface as `ip addr`, `ip -brief addr`, `ip -oneline addr` or `ifconfig` prints it. */
export interface Listed {
  name: string
  /** Index of the link, and of its other end outside: `176`, `177`. */
  index?: number
  peer?: string
  address?: string
  mac?: string
  /** Index of its first line, and of the one behind its last. */
  from: number
  to: number
}

const margin = String.raw`^[\s>│|*]*`
const header = new RegExp(String.raw`${margin}(\d{1,7}):\s+([A-Za-z][\w.-]*)(?:@([\w.-]+))?:(?:\s|$)`)
const oneLine = new RegExp(
  String.raw`${margin}(\d{1,7}):\s+([A-Za-z][\w.-]*)(?:@([\w.-]+))?\s+inet\s+(\d+(?:\.\d+){3})\/(\d+)`,
)
const brief = new RegExp(
  String.raw`${margin}([A-Za-z][\w.-]*)(?:@([\w.-]+))?\s+(?:UP|DOWN|UNKNOWN)\s+(\d+(?:\.\d+){3})\/(\d+)`,
)
const configured = new RegExp(String.raw`${margin}([a-z][\w.-]*):?\s+(?:flags=\d+|Link encap:)`)

const maxStanzaLines = 14

export function readInterfaces(lines: readonly string[]): Listed[] {
  const found: Listed[] = []
  for (let at = 0; at < lines.length; at++) {
    const listed = readInterface(lines, at)
    if (listed !== undefined) found.push(listed)
  }
  return found
}

function readInterface(lines: readonly string[], from: number): Listed | undefined {
  const line = lines[from] ?? ''
  const one = oneLine.exec(line)
  if (one !== null) {
    const [, index, name = '', peer, address = '', prefix] = one
    return { name, index: Number(index), ...given({ peer, address: checked(address, prefix) }), from, to: from + 1 }
  }
  const short = brief.exec(line)
  if (short !== null) {
    const [, name = '', peer, address = '', prefix] = short
    return { name, ...given({ peer, address: checked(address, prefix) }), from, to: from + 1 }
  }
  const start = header.exec(line)
  const name = start?.[2] ?? configured.exec(line)?.[1]
  if (name === undefined) return undefined
  const to = endOfStanza(lines, from)
  const stanza = lines.slice(from, to).join('\n')
  const mac = /(?:ether|HWaddr)\s+([\da-f]{2}(?::[\da-f]{2}){5})/i.exec(stanza)?.[1]?.toLowerCase()
  const index = start === null ? {} : { index: Number(start[1]) }
  return { name, ...index, ...given({ peer: start?.[3], mac, address: addressIn(stanza, start !== null) }), from, to }
}

function endOfStanza(lines: readonly string[], from: number): number {
  const ends = (line: string) =>
    /^\s*(?:```|$)/.test(line) || header.test(line) || configured.test(line) || /[$#] *\w/.test(line)
  const length = lines.slice(from + 1, from + maxStanzaLines).findIndex(ends)
  return length === -1 ? Math.min(lines.length, from + maxStanzaLines) : from + 1 + length
}

function addressIn(stanza: string, ofIp: boolean): string | undefined {
  if (!ofIp) return checked(/\binet (?:addr:\s*)?(\d+(?:\.\d+){3})\b/.exec(stanza)?.[1], '32')
  const [, address, prefix] = /\binet (\d+(?:\.\d+){3})\/(\d+)/.exec(stanza) ?? []
  return checked(address, prefix)
}

/** An address that a container can have. */
function checked(address: string | undefined, prefix: string | undefined): string | undefined {
  if (address === undefined || prefix === undefined || Number(prefix) > 32 || Number(prefix) < 1) return undefined
  const bytes = address.split('.').map(Number)
  const [first = 0] = bytes
  const usable = bytes.every((byte) => byte <= 255) && first !== 0 && first !== 127 && first < 224
  return usable ? address : undefined
}

function given<T extends object>(values: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never
}
