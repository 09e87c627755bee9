import { readFile } from 'node:fs/promises'

export interface ListeningSocket {
  address: string
  port: number
  /** Bound to 127.0.0.0/8 or ::1: nobody outside the container can reach it. */
  loopback: boolean
}

/**
 * TCP sockets that listen in the network namespace of a process of this host, sorted by port. Needs no tool in the image.
 * Undefined: the process is gone. Source: proc(5), /proc/[pid]/net/tcp.
 */
export async function listeningSockets(pid: number): Promise<ListeningSocket[] | undefined> {
  try {
    const [four, six] = await Promise.all([
      readFile(`/proc/${pid}/net/tcp`, 'latin1'),
      readFile(`/proc/${pid}/net/tcp6`, 'latin1').catch(() => ''),
    ])
    return parseSockets(`${four}\n${six}`)
  } catch {
    return undefined
  }
}

/** Reads the text of /proc/net/tcp and tcp6, one after the other. */
export function parseSockets(text: string): ListeningSocket[] {
  const found = new Map<string, ListeningSocket>()
  for (const line of text.split('\n')) {
    const [, local, , state] = line.trim().split(/\s+/)
    if (state !== '0A' || local === undefined) continue
    const [hexAddress = '', hexPort = ''] = local.split(':')
    // The engine's own resolver listens on 127.0.0.11 in containers of user-defined networks.
    if (hexAddress === '0B00007F') continue
    const address = hexAddress.length === 8 ? ipv4(hexAddress) : ipv6(hexAddress)
    const port = Number.parseInt(hexPort, 16)
    found.set(`${address} ${port}`, { address, port, loopback: isLoopback(address) })
  }
  return [...found.values()].sort((a, b) => a.port - b.port)
}

function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '::1' || address.startsWith('::ffff:127.')
}

/** The kernel prints each 32-bit word in host order, little-endian on the machines we run on. */
function bytesOf(hexWord: string): number[] {
  return (hexWord.match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16)).reverse()
}

function ipv4(hex: string): string {
  return bytesOf(hex).join('.')
}

function ipv6(hex: string): string {
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap(bytesOf)
  const zeroUntil = bytes.findIndex((byte) => byte !== 0)
  if (zeroUntil === -1) return '::'
  if (zeroUntil === 15 && bytes[15] === 1) return '::1'
  const mapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255
  if (mapped) return `::ffff:${bytes.slice(12).join('.')}`
  const groups: string[] = []
  for (let i = 0; i < 16; i += 2) groups.push((((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0)).toString(16))
  return groups.join(':')
}
