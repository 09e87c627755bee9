import type { NamespaceFacts } from '../../model/verdict.ts'

export type NamespaceAddress = { interface: string; address: string }

/** What was read in a network namespace: addresses, `undefined` when its process ended meanwhile, or why nothing was. */
export type NamespaceReading = { addresses: NamespaceAddress[] | undefined } | { why: string }

/** `lines`: the start time of the process before and after, between them what `ip` says, as JSON where it can. */
export function parseNamespace(lines: string[]): NamespaceReading {
  const started = lines.filter((line) => line.startsWith('started '))
  const said = lines.filter((line) => !line.startsWith('started '))
  if (started.length < 2 || started[0] !== started[1]) return { addresses: undefined }
  const [first = ''] = said
  if (first.startsWith('refused')) return { why: whyRefused(first.slice('refused '.length)) }
  return { addresses: first.startsWith('[') ? parseAddresses(first) : parseAddressLines(said.join('\n')) }
}

function whyRefused(complaint: string): string {
  if (/nsenter: (not found|command not found)/.test(complaint)) return '`nsenter` is not installed on this machine'
  if (/\bip\b.*(not found|No such file)/i.test(complaint)) return '`ip` is not installed on this machine'
  return `its network namespace could not be entered: ${complaint.slice(0, 200) || 'no reason was given'}`
}

function parseAddresses(json: string): NamespaceAddress[] {
  const links = JSON.parse(json) as { ifname: string; addr_info?: { local?: string }[] }[]
  return links.flatMap((link) =>
    (link.addr_info ?? []).flatMap((entry) =>
      entry.local === undefined ? [] : [{ interface: link.ifname, address: entry.local }],
    ),
  )
}

/** Reads lines of `ip -o addr`: `2: eth0    inet 10.20.30.4/22 brd ...`. */
export function parseAddressLines(text: string): NamespaceAddress[] {
  return text.split('\n').flatMap((line) => {
    const [, link = '', family = '', range = ''] = line.split(/\s+/, 4)
    return family.startsWith('inet') ? [{ interface: link, address: range.split('/')[0] ?? '' }] : []
  })
}

/** What an observer answers when the container no longer runs: there is nothing to see, and that was observed. */
export function nothingToSee(command: string): NamespaceFacts {
  return { observed: true, addresses: [], command }
}
