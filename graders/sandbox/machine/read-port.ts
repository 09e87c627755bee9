import { outputBytes, slowestTimes } from './machine-init.ts'

/** Two texts in base64, and lines of ours. */
const mostBytes = 3 * outputBytes + 16 * 1024

/**
 * What the first process of a machine says over its port. Only lines that begin with the marker count: whoever else writes
 * there does not know it.
 */
export class PortReader {
  booted = false
  prepared = false
  /** As the machine has measured by its own start: a script gets so many times its time. */
  timesSlower = 1
  done = false
  ended: { how: 'exited'; exitCode: number } | { how: 'timeout' } | undefined
  output: string | undefined
  observed: string | undefined
  /** Our own scene failed: its output. */
  unprepared: string | undefined
  /** More came than an honest first process says: it is not read any further. */
  isFull = false
  readonly #marker: string
  #bytes = 0
  #line = ''
  #section: { name: string; base64: string[] } | undefined

  constructor(marker: string) {
    this.#marker = marker
  }

  append(chunk: Buffer): void {
    this.#bytes += chunk.length
    this.isFull = this.#bytes > mostBytes
    if (this.isFull) return
    const lines = (this.#line + chunk.toString('latin1')).split('\n')
    this.#line = lines.pop() ?? ''
    for (const line of lines) this.#read(line.replace(/\r$/, ''))
  }

  #read(line: string): void {
    if (!line.startsWith(`${this.#marker} `)) {
      this.#section?.base64.push(line)
      return
    }
    const [word = '', ...rest] = line.slice(this.#marker.length + 1).split(' ')
    switch (word) {
      case 'booted':
      case 'done':
        this[word] = true
        break
      case 'prepared':
        this.prepared = true
        this.timesSlower = Math.min(Math.max(Number(rest[0]) || 1, 1), slowestTimes)
        break
      case 'exited':
        this.ended = { how: 'exited', exitCode: Number(rest[0]) }
        break
      case 'timeout':
        this.ended = { how: 'timeout' }
        break
      case 'begin':
        this.#section = { name: rest[0] ?? '', base64: [] }
        break
      case 'end':
        this.#close()
    }
  }

  #close(): void {
    if (this.#section === undefined) return
    const { name, base64 } = this.#section
    this.#section = undefined
    if (name === 'output' || name === 'observed' || name === 'unprepared') {
      this[name] = Buffer.from(base64.join(''), 'base64').toString('utf8')
    }
  }
}
