import type { Readable } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'
import { stripVTControlCharacters } from 'node:util'
import type { LogLine } from '../model/verdict.ts'

/** Longer lines are cut: no honest access log has them, and every later pattern runs over at most this much. */
const lineCharacters = 4096
/** Each takes far more room than its text; no honest server prints so many while it is graded. */
const maximalLines = 100_000

type Stream = LogLine['stream']

/**
 * Collects what a container prints, the streams kept apart, in order of arrival, up to `limitBytes`. Reads the engine's
 * frames itself: dockerode's demultiplexer ignores back-pressure and recurses for every frame.
 */
export class LogCapture {
  readonly lines: LogLine[] = []
  /** The program printed more than the limit; the rest was thrown away. */
  overflowed = false
  /** All that was printed, kept or not, with the engine's 8 bytes for each piece. */
  arrivedBytes = 0
  /** When the last byte arrived, by the clock of `performance.now()`. */
  lastArrivalMs = 0
  readonly ended: Promise<void>

  readonly #limitBytes: number
  #pending = Buffer.alloc(0)
  readonly #open: Record<Stream, { decoder: StringDecoder; text: string }> = {
    stdout: { decoder: new StringDecoder('utf8'), text: '' },
    stderr: { decoder: new StringDecoder('utf8'), text: '' },
  }

  constructor(frames: Readable, limitBytes: number) {
    this.#limitBytes = limitBytes
    frames.on('data', (chunk: Buffer) => this.#read(chunk))
    this.ended = new Promise((resolve) => {
      const end = () => {
        this.#closeLines()
        resolve()
      }
      frames.once('end', end)
      frames.once('close', end)
      frames.once('error', end)
    })
  }

  /** Index of the next line. Text without a newline so far becomes a line: what comes later is a later event's. */
  mark(): number {
    this.#closeLines()
    return this.lines.length
  }

  /** Lines from `index` on, with a last line that has no newline yet. */
  since(index: number): LogLine[] {
    const unfinished: LogLine[] = []
    for (const stream of ['stdout', 'stderr'] as const) {
      const text = this.#open[stream].text
      if (text !== '') unfinished.push({ index: this.lines.length + unfinished.length, stream, text: clean(text) })
    }
    return [...this.lines.slice(index), ...unfinished]
  }

  #read(chunk: Buffer): void {
    this.lastArrivalMs = performance.now()
    this.arrivedBytes += chunk.length
    if (this.overflowed) return
    if (this.arrivedBytes > this.#limitBytes || this.lines.length > maximalLines) {
      this.overflowed = true
      this.#pending = Buffer.alloc(0)
      return
    }
    let rest = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk])
    while (rest.length >= 8) {
      const length = rest.readUInt32BE(4)
      if (rest.length < 8 + length) break
      this.#append(rest[0] === 2 ? 'stderr' : 'stdout', rest.subarray(8, 8 + length))
      rest = rest.subarray(8 + length)
    }
    this.#pending = Buffer.from(rest)
  }

  #append(stream: Stream, bytes: Buffer): void {
    const open = this.#open[stream]
    const pieces = (open.text + open.decoder.write(bytes)).split('\n')
    open.text = (pieces.pop() ?? '').slice(0, lineCharacters)
    for (const piece of pieces) this.lines.push({ index: this.lines.length, stream, text: clean(piece) })
  }

  #closeLines(): void {
    for (const stream of ['stdout', 'stderr'] as const) {
      const open = this.#open[stream]
      if (open.text !== '') this.lines.push({ index: this.lines.length, stream, text: clean(open.text) })
      open.text = ''
    }
  }
}

function clean(line: string): string {
  return stripVTControlCharacters(line.slice(0, lineCharacters)).replace(/\r+$/, '')
}
