import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, existsSync } from 'node:fs'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { GraderError } from '../../model/grader-error.ts'
import { BoundedText } from '../bounded-text.ts'
import { cleanEnvironment, runOnHost } from '../host.ts'
import { provideMinbase } from './minbase.ts'
import type { Suite } from './stand-in-recipe.ts'

const timeoutMs = 15 * 60_000

export interface DebianTree {
  suite: Suite
  packages: string[]
  /** Shell commands at the end, with the tree as `$1`; may be empty. */
  hook: string
  /** `extract`: these packages and what they need, unpacked and nothing else; no script of a package runs. */
  variant?: 'minbase' | 'extract'
}

/** What came of it: either what `consume` made of the tar, or why there is none. */
export type DebianTar<T> = { made: true; consumed: T } | { made: false; log: string; consumed?: T }

/** Puts Debian packages into a root file system of their own, whose tar goes to `consume`. */
export async function makeDebianTar<T>(
  tree: DebianTree,
  options: { signal: AbortSignal; consume(tar: Readable): Promise<T> },
): Promise<DebianTar<T>> {
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(timeoutMs)])
  const { suite, variant = 'minbase', packages, hook } = tree
  const ending = hook === '' ? [] : [`--customize-hook=set -e\n${hook}`]
  const include = `--include=${packages.join(',')}`
  if (variant === 'extract')
    return runMmdebstrap(suite, ['--variant=extract', include, ...ending], signal, options.consume)
  const minbase = await provideMinbase(suite, (file) =>
    runMmdebstrap(suite, ['--variant=minbase'], signal, (tar) => pipeline(tar, createWriteStream(file))),
  )
  if (!minbase.made) return { made: false, log: minbase.log }
  // Devices are made anew, by whoever may.
  const beginning = `--setup-hook=tar --directory="$1" --extract --exclude='./dev/*' --file=${quoted(minbase.consumed)}`
  const words = ['--variant=custom', beginning, include, ...ending]
  return runMmdebstrap(suite, words, signal, options.consume)
}

function quoted(path: string): string {
  return `'${path.replaceAll("'", "'\\''")}'`
}

async function runMmdebstrap<T>(
  suite: Suite,
  words: string[],
  signal: AbortSignal,
  consume: (tar: Readable) => Promise<T>,
): Promise<DebianTar<T>> {
  const log = new BoundedText(0, 8 * 1024)
  const running = startMmdebstrap(suite, words)
  // The whole group: apt and dpkg run below it.
  const stop = () => signalGroup(running, 'SIGTERM')
  signal.addEventListener('abort', stop, { once: true })
  running.stderr?.setEncoding('utf8').on('data', (text: string) => log.append(text))
  const ended = once(running, 'close')
  try {
    if (running.stdout === null) throw new Error('mmdebstrap has no output')
    const consuming = consume(running.stdout).then(
      (consumed) => ({ consumed }),
      (thrown: unknown) => ({ thrown }),
    )
    // Both may fail; the exit of mmdebstrap explains more.
    const [[exitCode], seen] = await Promise.all([ended, consuming])
    if (exitCode === 0 && 'consumed' in seen) return { made: true, consumed: seen.consumed }
    const consumed = 'consumed' in seen ? { consumed: seen.consumed } : {}
    return { made: false, log: exitCode === 0 && 'thrown' in seen ? String(seen.thrown) : log.toString(), ...consumed }
  } finally {
    signal.removeEventListener('abort', stop)
    if (running.exitCode === null && running.signalCode === null) stop()
  }
}

/** What came of no tar: our disk, or packages that cannot be had; the lines of the log that say why. */
export function failureToMake(what: string, log: string, remedy: string): GraderError {
  const lastLines = log
    .trim()
    .split('\n')
    .filter((line) => !/^I: /.test(line))
    .slice(-6)
    .join('\n')
  const code = /no space left on device/i.test(log) ? 'disk.full' : 'base-image.unavailable'
  return new GraderError(code, `${what}:\n${lastLines}`, { remedy })
}

function startMmdebstrap(suite: Suite, words: string[]): ChildProcess {
  const args = [
    '--format=tar',
    '--aptopt=Acquire::Languages "none"',
    '--dpkgopt=path-exclude=/usr/share/man/*',
    '--dpkgopt=path-exclude=/usr/share/locale/*',
    // The tree is thrown away as soon as it is packed.
    '--dpkgopt=force-unsafe-io',
    // The lists of testing expire after a week; a mirror that lags is still good enough for a stand-in.
    ...(suite === 'forky' ? ['--aptopt=Acquire::Check-Valid-Until "false"'] : []),
    ...words,
    suite,
    '-',
    ...(process.env.CGRADE_DEBIAN_MIRROR ? [process.env.CGRADE_DEBIAN_MIRROR] : []),
  ]
  // When this process is killed, mmdebstrap gets a TERM, removes its folder and ends.
  const watched = existsSync('/usr/bin/setpriv') ? ['setpriv', '--pdeathsig', 'TERM', 'mmdebstrap'] : ['mmdebstrap']
  const [command = 'mmdebstrap', ...before] = watched
  const { http_proxy, https_proxy, no_proxy, HOME, TMPDIR } = process.env
  return spawn(command, [...before, ...args], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...cleanEnvironment, ...definedOnly({ http_proxy, https_proxy, no_proxy, HOME, TMPDIR }) },
  })
}

function definedOnly(variables: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(Object.entries(variables).flatMap(([key, value]) => (value ? [[key, value]] : [])))
}

function signalGroup(running: ChildProcess, name: NodeJS.Signals): void {
  if (running.pid === undefined) return
  try {
    process.kill(-running.pid, name)
  } catch {
    // Ended by itself in between.
  }
}

/** Installs mmdebstrap where that is ours to do; `remedy` tells the other ways out where it is not. */
export async function provideMmdebstrap(say: (message: string) => void, remedy: string): Promise<void> {
  if (await answers('mmdebstrap')) return
  const packages = ['mmdebstrap', 'debian-archive-keyring']
  if (await canInstall()) {
    say('Installing the Debian packages mmdebstrap and debian-archive-keyring, which make base images.')
    await installPackages(packages)
    if (await answers('mmdebstrap')) return
  }
  throw new GraderError(
    'host.tool-missing',
    'A base image has to be made from Debian packages, and `mmdebstrap` is missing.',
    { remedy: `On Debian or Ubuntu: \`apt-get install ${packages.join(' ')}\`. ${remedy}` },
  )
}

/** We are root on a system of Debian's family. */
export async function canInstall(): Promise<boolean> {
  return process.getuid?.() === 0 && (await answers('apt-get'))
}

/** By apt, with newer lists when the first try fails. What is there afterwards is for the caller to see. */
export async function installPackages(packages: string[]): Promise<void> {
  const install = ['install', '-y', '-q', '--no-install-recommends', ...packages]
  const apt = { asRoot: true, timeoutMs: 300_000 }
  const attempt = () => runOnHost('env', ['DEBIAN_FRONTEND=noninteractive', 'apt-get', ...install], apt)
  const first = await attempt()
  if (first.ran && first.exitCode === 0) return
  await runOnHost('apt-get', ['update', '-q'], apt)
  await attempt()
}

export async function answers(tool: string): Promise<boolean> {
  const asked = await runOnHost(tool, ['--version'], { asRoot: false })
  return asked.ran && asked.exitCode === 0
}
