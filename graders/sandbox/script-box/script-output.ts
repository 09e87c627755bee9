import type { Readable } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'
import { setTimeout as sleep } from 'node:timers/promises'
import { stripVTControlCharacters } from 'node:util'
import { BoundedText } from '../bounded-text.ts'

/** A script that prints more than this is not read any further: it waits, and its time runs out. */
const mostBytesRead = 64 * 1024 ** 2

/** What a script prints, both streams in order of arrival: the beginning and the end of it. Reads the engine's own frames. */
export class ScriptOutput {
  readonly ended: Promise<void>
  isEnded = false
  readonly #text: BoundedText
  readonly #decoders = { stdout: new StringDecoder('utf8'), stderr: new StringDecoder('utf8') }
  #pending = Buffer.alloc(0)
  #bytesRead = 0

  constructor(frames: Readable, limitBytes: number) {
    this.#text = new BoundedText(Math.ceil(limitBytes / 4), Math.floor((limitBytes * 3) / 4))
    frames.on('data', (chunk: Buffer) => {
      this.#read(chunk)
      if (this.#bytesRead > mostBytesRead) frames.pause()
    })
    this.ended = new Promise((resolve) => {
      for (const event of ['end', 'close', 'error']) {
        frames.once(event, () => {
          this.isEnded = true
          resolve()
        })
      }
    })
  }

  /** Waits for the last of it. */
  async settle(patienceMs: number): Promise<void> {
    await Promise.race([this.ended, sleep(patienceMs)])
  }

  /** A line of ours. */
  remark(text: string): void {
    this.#text.append(`\n[${text}]\n`)
  }

  toString(): string {
    return (
      stripVTControlCharacters(this.#text.toString())
        .replaceAll('\r\n', '\n')
        // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
        .replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '')
    )
  }

  #read(chunk: Buffer): void {
    this.#bytesRead += chunk.length
    let rest = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk])
    while (rest.length >= 8) {
      const length = rest.readUInt32BE(4)
      if (rest.length < 8 + length) break
      const decoder = this.#decoders[rest[0] === 2 ? 'stderr' : 'stdout']
      this.#text.append(decoder.write(rest.subarray(8, 8 + length)))
      rest = rest.subarray(8 + length)
    }
    this.#pending = Buffer.from(rest)
  }
}
