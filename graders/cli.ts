import { readFileSync } from 'node:fs'
import { enableCompileCache, findPackageJSON } from 'node:module'
import { join } from 'node:path'
import { styleText } from 'node:util'
import { parseCommandLine, type Wish } from './commands/command-line.ts'
import { explainError } from './commands/explain-error.ts'
import { exitCodes, type Io } from './commands/io.ts'
import { openLiveScreen } from './commands/live-screen.ts'
import { forTerminalPage, terminal } from './reporters/escape.ts'
import { cacheFolder } from './sandbox/bases/cache-folder.ts'

/** How long a command may tidy up after a fault of ours before the process ends without it. */
const tidyUpMs = 10_000

const sameSignalMs = 300

// Below the user's own folder: Node's default lies in /tmp, where anybody could put compiled code for us.
enableCompileCache(join(cacheFolder(), 'compiled'))
const interrupt = new AbortController()
const env = process.env
const debug = ![undefined, '', '0'].includes(env.CGRADE_DEBUG)
const screen = openLiveScreen({ write: (text) => void process.stderr.write(text), columns: countColumns })
const tty = process.stderr.isTTY === true && env.TERM !== 'dumb' && [undefined, '', 'false'].includes(env.CI)
const io: Io = {
  out: (text) => void process.stdout.write(text),
  err: screen.print,
  live: tty ? screen.show : () => {},
  get columns() {
    return countColumns()
  },
  get rows() {
    return process.stderr.rows || Number(env.LINES) || 24
  },
  color: showsColor(process.stdout),
  tty,
  signal: interrupt.signal,
}
let atFault = false
let stoppedAtMs: number | undefined

process.stdout.on('error', ignoreClosedPipe)
process.stderr.on('error', ignoreClosedPipe)
const handlers = { SIGINT: cgradeStop, SIGTERM: cgradeStop, SIGHUP: cgradeStop, unhandledRejection: breakOff } as const
for (const [event, handler] of Object.entries(handlers)) process.on(event, handler)
process.on('newListener', refuseForeignHandler)
process.on('uncaughtException', breakOff)
process.on('exit', tellOfEarlyEnd)
// Whatever ended it: the shell's prompt does not stand in a board.
process.on('exit', () => screen.show([]))

await leave(await run(process.argv.slice(2)))

async function run(argv: string[]): Promise<number> {
  try {
    const caller = { name: env.CGRADE_CALLED_AS || 'cgrade', version: packageVersion(), columns: io.columns }
    return await carryOut(parseCommandLine(argv, caller))
  } catch (thrown) {
    const { text, exitCode } = explainError(thrown, { color: showsColor(process.stderr), debug })
    io.err(text)
    return exitCode === exitCodes.ungraded && io.signal.aborted && !atFault ? exitCodes.interrupted : exitCode
  }
}

/** A command is loaded when it is wanted: help and mistakes must not wait for vitest. */
async function carryOut(wish: Wish): Promise<number> {
  switch (wish.command) {
    case 'print':
      io.out(forTerminalPage(wish.text))
      return exitCodes.ok
    case 'check':
      return (await import('./commands/check.ts')).check(wish.options, io)
    case 'batch':
      return (await import('./commands/batch.ts')).batch(wish.options, io)
    case 'report':
      return (await import('./commands/report.ts')).report(wish.options, io)
    case 'regrade':
      return (await import('./commands/regrade.ts')).regrade(wish.options, io)
    case 'merge':
      return (await import('./commands/merge.ts')).merge(wish.options, io)
    case 'worker':
      return (await import('./commands/worker.ts')).worker(wish.options, io)
    case 'doctor':
      return (await import('./commands/doctor.ts')).doctor(wish.options, io)
    case 'images':
      return (await import('./commands/images.ts')).images(wish.options, io)
    case 'init':
      return (await import('./commands/init.ts')).init(wish.options, io)
    case 'publish':
      return (await import('./commands/publish.ts')).publish(wish.options, io)
  }
}

/**
 * The first signal lets the command tidy up; the second one does not wait for it. One Ctrl-C may come twice at once: from
 * the terminal, and passed on by the process that started us.
 */
function cgradeStop(): void {
  const now = performance.now()
  if (stoppedAtMs === undefined) stoppedAtMs = now
  else if (now - stoppedAtMs > sameSignalMs) process.exit(exitCodes.interrupted)
  if (io.signal.aborted) return
  io.err(terminal`Stopping: removing containers of this run; finished grades are kept. Once more ends at once.\n`)
  interrupt.abort()
}

/** Vitest installs handlers that end the process at once, with containers still running; how to end is decided here. */
function refuseForeignHandler(event: string | symbol, handler: (...args: unknown[]) => void): void {
  if (!Object.hasOwn(handlers, event)) return
  // This event comes before the handler is added.
  queueMicrotask(() => process.removeListener(event, handler))
}

/** A fault of ours outside every command's reach: said once, and nothing is left behind where that can be helped. */
function breakOff(thrown: unknown): void {
  if (atFault) return
  atFault = true
  const { text } = explainError(thrown, { color: showsColor(process.stderr), debug })
  io.err(text)
  interrupt.abort()
  setTimeout(() => process.exit(exitCodes.ungraded), tidyUpMs).unref()
}

/** Node's own code for a promise that nothing will ever settle: no code of ours, and a fault of ours. */
function tellOfEarlyEnd(exitCode: number): void {
  if (exitCode !== 13) return
  io.err(terminal`error: cgrade ended before its work was done. This is a fault of cgrade.\n`)
  process.exitCode = exitCodes.ungraded
}

/** `cgrade ... | head` closes the pipe, a lost connection the terminal: the rest has no reader, and that is no fault. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error
}

/** Ends with everything written, whatever handles a library has left open. */
async function leave(exitCode: number): Promise<never> {
  const written = [process.stdout, process.stderr].map(
    (stream) => new Promise<void>((resolve) => stream.write('', () => resolve())),
  )
  await Promise.all(written)
  process.exit(atFault ? exitCodes.ungraded : exitCode)
}

function countColumns(): number {
  return process.stdout.columns || process.stderr.columns || Number(env.COLUMNS) || 100
}

/** Node's own rules: NO_COLOR, FORCE_COLOR, CI, TERM, and whether it is a terminal. */
function showsColor(stream: NodeJS.WriteStream): boolean {
  return styleText('red', 'x', { stream, validateStream: true }) !== 'x'
}

function packageVersion(): string {
  const path = findPackageJSON(import.meta.url)
  return path === undefined ? 'unknown' : String(JSON.parse(readFileSync(path, 'utf8')).version)
}
