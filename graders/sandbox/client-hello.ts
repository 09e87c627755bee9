/** What the first bytes of a connection say about where it wants to go. */
export type Destination =
  | { known: 'not-yet' }
  /** Lower case, without a port. */
  | { known: 'host'; host: string }
  | { known: 'no'; why: string }

const handshakeRecord = 22
const clientHello = 1
const serverNameExtension = 0
const hostNameType = 0
const notYet: Destination = { known: 'not-yet' }

/** Reads the server name of a TLS ClientHello, in as many records as it takes; never throws. */
export function readServerName(bytes: Buffer): Destination {
  const handshake: Buffer[] = []
  for (let at = 0; at < bytes.length; ) {
    if (bytes[at] !== handshakeRecord) return { known: 'no', why: 'it does not speak TLS' }
    if (bytes.length < at + 5) break
    const length = bytes.readUInt16BE(at + 3)
    handshake.push(bytes.subarray(at + 5, at + 5 + length))
    at += 5 + length
  }
  const message = Buffer.concat(handshake)
  if (message.length < 4) return notYet
  if (message[0] !== clientHello) return { known: 'no', why: 'it does not begin with a TLS ClientHello' }
  const end = 4 + message.readUIntBE(1, 3)
  if (message.length < end) return notYet
  try {
    const host = findServerName(message.subarray(4, end))
    return host === undefined ? { known: 'no', why: 'it names no server (no SNI)' } : { known: 'host', host }
  } catch {
    return { known: 'no', why: 'its TLS ClientHello is malformed' }
  }
}

/** `hello`: the body of the message. Throws a RangeError where lengths lead outside. */
function findServerName(hello: Buffer): string | undefined {
  // Version and random; then session id, cipher suites and compression methods, each after its length.
  let at = 34
  at += 1 + hello.readUInt8(at)
  at += 2 + hello.readUInt16BE(at)
  at += 1 + hello.readUInt8(at)
  const end = at + 2 + hello.readUInt16BE(at)
  at += 2
  while (at < end) {
    const kind = hello.readUInt16BE(at)
    const length = hello.readUInt16BE(at + 2)
    // List length, type, name length, name.
    if (kind === serverNameExtension && hello.readUInt8(at + 6) === hostNameType) {
      const nameLength = hello.readUInt16BE(at + 7)
      if (nameLength + 5 > length || at + 9 + nameLength > hello.length) throw new RangeError('name past its extension')
      return hello.toString('latin1', at + 9, at + 9 + nameLength).toLowerCase()
    }
    at += 4 + length
  }
  return undefined
}

/** Reads the `Host` of an HTTP/1 request; never throws. */
export function readHttpHost(bytes: Buffer): Destination {
  const text = bytes.toString('latin1')
  if (!/^[A-Z]{0,20}(?: |$)/.test(text)) return { known: 'no', why: 'it does not speak HTTP' }
  const end = text.search(/\r?\n\r?\n/)
  if (end === -1) return notYet
  const hosts = [...text.slice(0, end).matchAll(/\r?\n[Hh][Oo][Ss][Tt]:[ \t]*([^\r\n]*?)[ \t]*(?=\r|\n|$)/g)]
  if (hosts.length !== 1) return { known: 'no', why: 'it has no `Host`, or several' }
  return { known: 'host', host: (hosts[0]?.[1] ?? '').replace(/:\d{1,5}$/, '').toLowerCase() }
}
