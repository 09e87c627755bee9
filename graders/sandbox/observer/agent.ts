import { randomBytes } from 'node:crypto'
import type { Readable, Writable } from 'node:stream'
import pLimit from 'p-limit'
import { GraderError } from '../../model/grader-error.ts'

/** A running script of ours: requests go in, answers come out. */
export interface AgentLine {
  input: Writable
  output: Readable
  /** When its process is gone. */
  ended: Promise<unknown>
  /** After its input was ended: makes sure that nothing of it is left. */
  remove(): Promise<void>
}

export interface Agent {
  /** The lines of one answer. `argument` has no newline. */
  ask(word: string, argument?: string | number, timeoutMs?: number): Promise<string[]>
  close(): Promise<void>
}

/** A loaded machine may take long for what is done in milliseconds. */
const answerTimeoutMs = 60_000
const endTimeoutMs = 20_000
const answerCharacters = 1024 ** 2

/**
 * One question at a time over a line that is opened when the first is asked, and again when the script has gone: then the
 * question in flight fails and the next is answered.
 */
export function createAgent(open: () => Promise<AgentLine>): Agent {
  const oneAtATime = pLimit(1)
  let current: Conversation | undefined
  let closed = false
  return {
    ask: (word, argument = '-', timeoutMs = answerTimeoutMs) =>
      oneAtATime(async () => {
        if (closed) throw new GraderError('internal', 'An observer was asked after it had been closed.')
        if (current?.isOver()) {
          await current.end()
          current = undefined
        }
        current ??= startConversation(await open())
        return current.ask(`${word} ${argument}`, timeoutMs)
      }),
    async close() {
      closed = true
      await oneAtATime(async () => current?.end())
    },
  }
}

interface Conversation {
  ask(request: string, timeoutMs: number): Promise<string[]>
  isOver(): boolean
  end(): Promise<void>
}

function startConversation(line: AgentLine): Conversation {
  let pending: { token: string; lines: string[]; answer: PromiseWithResolvers<string[]> } | undefined
  let rest = ''
  let over = false
  let told = 0

  function fail(error: GraderError): void {
    over = true
    pending?.answer.reject(error)
    line.input.destroy()
    line.output.destroy()
  }

  // By newlines alone: what a student named may hold any other character that readline would break a line at.
  line.output.setEncoding('utf8')
  line.output.on('data', (text: string) => {
    told += text.length
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const one of lines) {
      if (pending !== undefined && one === `end ${pending.token}`) pending.answer.resolve(pending.lines)
      else pending?.lines.push(one)
    }
    if (told > answerCharacters)
      fail(new GraderError('internal', 'An observer of cgrade tells more than it was asked.'))
  })
  line.input.on('error', () => {})
  line.output.on('error', () => {})
  void line.ended
    .catch(() => {})
    .then(() => fail(new GraderError('engine.failed', 'An observer of cgrade ended before it was done.')))

  return {
    async ask(request, timeoutMs) {
      if (/\n/.test(request)) throw new GraderError('internal', 'a request to an observer must be one line')
      const token = randomBytes(6).toString('hex')
      pending = { token, lines: [], answer: Promise.withResolvers() }
      told = 0
      const late = () => fail(new GraderError('engine.timeout', 'An observer of cgrade does not answer.'))
      const timer = setTimeout(late, timeoutMs)
      line.input.write(`${token} ${request}\n`)
      return pending.answer.promise.finally(() => {
        clearTimeout(timer)
        pending = undefined
      })
    },
    isOver: () => over,
    async end() {
      line.input.end()
      let timer: NodeJS.Timeout | undefined
      const late = new Promise((resolve) => {
        timer = setTimeout(resolve, endTimeoutMs)
      })
      await Promise.race([line.ended.catch(() => {}), late])
      clearTimeout(timer)
      await line.remove()
    },
  }
}
