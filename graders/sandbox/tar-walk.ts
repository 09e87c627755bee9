const blockBytes = 512
/** Attributes longer than this are nobody's. */
const attributeBytes = 1024 ** 2

/**
 * Walks over a tar archive that arrives in pieces, without keeping it: how many entries it has, and whether some of them have
 * holes, which a few bytes describe and an unpacker fills. What is no archive (any more) is passed over.
 */
export class TarWalk {
  entries = 0
  hasHoles = false
  #ended = false
  #header = Buffer.alloc(0)
  #skip = 0
  /** Extended attributes of the next entry, while they arrive. */
  #attributes: { text: string; missing: number } | undefined
  #nextSize: number | undefined

  feed(piece: Buffer): void {
    let at = 0
    while (at < piece.length && !this.#ended) {
      if (this.#attributes !== undefined && this.#attributes.missing > 0) {
        const part = piece.subarray(at, at + this.#attributes.missing)
        this.#attributes.text += part.toString('latin1')
        this.#attributes.missing -= part.length
        at += part.length
        if (this.#attributes.missing === 0) this.#readAttributes(this.#attributes.text)
      } else if (this.#skip > 0) {
        const step = Math.min(this.#skip, piece.length - at)
        this.#skip -= step
        at += step
      } else {
        const part = piece.subarray(at, at + blockBytes - this.#header.length)
        this.#header = Buffer.concat([this.#header, part])
        at += part.length
        if (this.#header.length === blockBytes) this.#readHeader(this.#header)
      }
    }
  }

  #readHeader(header: Buffer): void {
    this.#header = Buffer.alloc(0)
    if (!isHeader(header)) {
      this.#ended = true
      return
    }
    const kind = String.fromCharCode(header[156] ?? 0)
    const size = readNumber(header.subarray(124, 136))
    if (!Number.isSafeInteger(size)) this.hasHoles = true
    if (kind === 'x' || kind === 'g') {
      if (size > attributeBytes) this.hasHoles = true
      this.#attributes = { text: '', missing: Math.min(size, attributeBytes) }
      this.#skip = padded(size) - this.#attributes.missing
      return
    }
    this.entries += 1
    if (kind === 'S') this.hasHoles = true
    // Links and folders have no content, whatever size they state.
    const content = '123456'.includes(kind) ? 0 : (this.#nextSize ?? size)
    this.#nextSize = undefined
    this.#skip = padded(content)
  }

  #readAttributes(text: string): void {
    this.#attributes = undefined
    if (text.includes('GNU.sparse')) this.hasHoles = true
    const size = /(?:^|\n)\d{1,9} size=(\d{1,20})\n/.exec(text)?.[1]
    if (size !== undefined) this.#nextSize = Number(size)
  }
}

function padded(bytes: number): number {
  return Math.ceil(bytes / blockBytes) * blockBytes
}

/** By its checksum, of which there are two readings. */
function isHeader(header: Buffer): boolean {
  const stated = readNumber(header.subarray(148, 156))
  let [unsigned, signed] = [0, 0]
  for (let at = 0; at < blockBytes; at += 1) {
    const byte = at >= 148 && at < 156 ? 32 : (header[at] ?? 0)
    unsigned += byte
    signed += byte > 127 ? byte - 256 : byte
  }
  return unsigned !== 8 * 32 && (stated === unsigned || stated === signed)
}

/** Octal digits, or a binary number after a set bit. */
function readNumber(field: Buffer): number {
  if (((field[0] ?? 0) & 0x80) !== 0) {
    return field.reduce((sum, byte, at) => sum * 256 + (at === 0 ? byte & 0x7f : byte), 0)
  }
  const digits = /^[\s\0]*([0-7]*)/.exec(field.toString('latin1'))?.[1] ?? ''
  return digits === '' ? 0 : Number.parseInt(digits, 8)
}
