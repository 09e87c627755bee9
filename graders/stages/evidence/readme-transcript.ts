import { type Listed, readInterfaces } from './interface-listing.ts'

/** What a text shows of a network namespace; of several things the best. */
export type ShownTranscript =
  | { shows: 'own'; line: number; text: string; address: string; link: string }
  /** The example of the handout, or that with a number changed. */
  | { shows: 'handout'; line: number; link: string }
  /** `nsenter` took the image's file system as well, where no `ip` is. */
  | { shows: 'no-ip-inside'; line: number; text: string }
  /** The interfaces of the machine itself. */
  | { shows: 'host'; line: number; link: string }
  | { shows: 'picture'; line: number }

/** In the handout: `176: eth0@if177`, and the address and MAC that the first container of any engine has. */
const handout = { index: 176, peer: 'if177', address: '172.17.0.2', mac: '02:42:ac:11:00:02' }

const maxLines = 20_000
const maxLineLength = 400
const maxInterfaces = 500
/** From the command to the interface that is looked for; the loopback stands between. */
const reach = 40

const ranks = ['own', 'no-ip-inside', 'handout', 'host', 'picture']

export function readTranscript(written: string): ShownTranscript | undefined {
  const lines = written.split('\n', maxLines).map((line) => line.slice(0, maxLineLength).replace(/\r$/, ''))
  const shown = [...listingsIn(lines), ...missingIpIn(lines), ...picturesIn(lines)]
  return shown.sort((a, b) => ranks.indexOf(a.shows) - ranks.indexOf(b.shows) || a.line - b.line)[0]
}

function listingsIn(lines: string[]): ShownTranscript[] {
  const interfaces = readInterfaces(lines).slice(0, maxInterfaces)
  return interfaces.flatMap((listed): ShownTranscript[] => {
    const command = commandBefore(lines, listed.from)
    if (command === undefined || !isOfContainer(listed) || listed.address === undefined) return []
    const { name, index, peer, address } = listed
    const link = `${index === undefined ? '' : `${index}: `}${name}${peer === undefined ? '' : `@${peer}`}`
    const line = command + 1
    const beside = interfaces.filter((other) => other.from > command && Math.abs(other.from - listed.from) < 2 * reach)
    if (beside.some((other) => commandBefore(lines, other.from) === command && isOfHost(other.name)))
      return [{ shows: 'host', line, link }]
    if (isHandouts(listed)) return [{ shows: 'handout', line, link }]
    return [{ shows: 'own', line, text: lines.slice(command, listed.to).join('\n'), address, link }]
  })
}

/** A line with `nsenter` above, unless what was printed comes out of something nearer. */
function commandBefore(lines: string[], from: number): number | undefined {
  for (let at = from; at >= Math.max(0, from - reach); at--) {
    const line = lines[at] ?? ''
    if (/nsenter|\bip\s+netns\s+exec\b/i.test(line)) return at
    if (
      /\b(?:docker|podman|nerdctl|kubectl|crictl)\b.{0,500}\b(?:exec|run)\b|^\s*(?:\S{0,200}[$#]\s*)?(?:exit|logout)\s*$/.test(
        line,
      )
    )
      return undefined
  }
  return undefined
}

function isOfContainer({ name, peer }: Listed): boolean {
  if (isOfHost(name) || name === 'lo') return false
  return /^eth\d+$/.test(name) || /^if\d+$/.test(peer ?? '')
}

function isOfHost(name: string): boolean {
  return /^(?:docker\d|veth|br-|virbr|cni\d|flannel|cali|ens\d|enp\d|wl|bridge\d)/.test(name)
}

/**
 * What differs between two machines is the numbers of the links. Where they are the handout's, only another address counts,
 * with the MAC that belongs to it: an address that was changed by hand keeps the old one. Nothing else is doubted, since
 * newer engines choose a MAC at random.
 */
function isHandouts({ index, peer, address, mac }: Listed): boolean {
  const sameLink = peer === handout.peer && (index === undefined || index === handout.index)
  if (!sameLink) return false
  return address === handout.address || mac === handout.mac
}

const failed =
  /(?:execute|exec|can't).{0,20}\b(?:ip|ifconfig)\b.{0,4}:? ?No such file or directory|\b(?:ip|ifconfig): (?:command )?not found/i

/** `nsenter -m` or `-a` into an image that has no `ip`. */
function missingIpIn(lines: string[]): ShownTranscript[] {
  return lines.flatMap((line, at): ShownTranscript[] => {
    if (!failed.test(line)) return []
    const command = commandBefore(lines, at - (/^\s*nsenter:/.test(line) ? 1 : 0))
    if (command === undefined || !entersMounts(lines[command] ?? '')) return []
    return [{ shows: 'no-ip-inside', line: command + 1, text: lines.slice(command, at + 1).join('\n') }]
  })
}

function entersMounts(command: string): boolean {
  return /\s(?:-[a-zA-Z]{0,20}[ma]\w{0,20}|--mount|--all)(?=[\s=]|$)/.test(command)
}

function picturesIn(lines: string[]): ShownTranscript[] {
  return lines.flatMap((line, at): ShownTranscript[] => {
    if (!/!\[[^\]]{0,500}\]\(|<img\s/i.test(line)) return []
    const command = commandBefore(lines, at)
    return command === undefined ? [] : [{ shows: 'picture', line: at + 1 }]
  })
}
