import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { arch } from 'node:os'
import { GraderError } from '../../model/grader-error.ts'
import { BoundedText } from '../bounded-text.ts'
import type { Engine } from '../engine.ts'
import { cleanEnvironment, runOnHost } from '../host.ts'
import { importImage } from './import-image.ts'
import type { Recipe } from './stand-in-recipe.ts'

const timeoutMs = 15 * 60_000
const loadBases =
  'Load the image from a file (`./grade images --load file.tar`), name a registry that answers (`--mirror`), or give this machine network.'

/** Installs Debian packages into a root file system of their own and imports it; returns the image id. */
export async function bootstrapImage(
  engine: Engine,
  recipe: Recipe & { kind: 'bootstrap' },
  options: { labels: Record<string, string>; signal: AbortSignal; say(message: string): void },
): Promise<string> {
  expectSameArchitecture(engine)
  await provideMmdebstrap(options.say)
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(timeoutMs)])
  const log = new BoundedText(0, 8 * 1024)
  const running = startMmdebstrap(recipe)
  // The whole group: apt and dpkg run below it.
  const stop = () => signalGroup(running, 'SIGTERM')
  signal.addEventListener('abort', stop, { once: true })
  running.stderr?.setEncoding('utf8').on('data', (text: string) => log.append(text))
  const ended = once(running, 'close')
  try {
    if (running.stdout === null) throw new Error('mmdebstrap has no output')
    const importing = importImage(engine, running.stdout, { settings: recipe.settings, labels: options.labels, signal })
    // Both may fail; the exit of mmdebstrap explains more.
    const [[exitCode], imported] = await Promise.all([ended, importing.catch((thrown: Error) => thrown)])
    if (exitCode === 0 && typeof imported === 'string') return imported
    if (typeof imported === 'string') await engine.docker.getImage(imported).remove({ force: true })
    options.signal.throwIfAborted()
    throw failureOf(recipe, exitCode === 0 ? String(imported) : log.toString())
  } finally {
    signal.removeEventListener('abort', stop)
    if (running.exitCode === null && running.signalCode === null) stop()
  }
}

function startMmdebstrap(recipe: Recipe & { kind: 'bootstrap' }): ChildProcess {
  const args = [
    '--variant=minbase',
    '--format=tar',
    '--aptopt=Acquire::Languages "none"',
    '--dpkgopt=path-exclude=/usr/share/man/*',
    '--dpkgopt=path-exclude=/usr/share/locale/*',
    // The tree is thrown away as soon as it is packed.
    '--dpkgopt=force-unsafe-io',
    // The lists of testing expire after a week; a mirror that lags is still good enough for a stand-in.
    ...(recipe.suite === 'forky' ? ['--aptopt=Acquire::Check-Valid-Until "false"'] : []),
    `--include=${recipe.packages.join(',')}`,
    ...(recipe.hook === '' ? [] : [`--customize-hook=set -e\n${recipe.hook}`]),
    recipe.suite,
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

async function provideMmdebstrap(say: (message: string) => void): Promise<void> {
  if (await answers('mmdebstrap')) return
  const installable = process.getuid?.() === 0 && (await answers('apt-get'))
  if (installable) {
    say('Installing the Debian packages mmdebstrap and debian-archive-keyring, which make base images.')
    const packages = ['mmdebstrap', 'debian-archive-keyring']
    const install = ['install', '-y', '-q', '--no-install-recommends', ...packages]
    const attempt = () => runOnHost('env', ['DEBIAN_FRONTEND=noninteractive', 'apt-get', ...install], apt)
    const apt = { asRoot: true, timeoutMs: 300_000 }
    const first = await attempt()
    if (!first.ran || first.exitCode !== 0) {
      await runOnHost('apt-get', ['update', '-q'], apt)
      await attempt()
    }
    if (await answers('mmdebstrap')) return
  }
  throw new GraderError(
    'host.tool-missing',
    'A base image has to be made from Debian packages, and `mmdebstrap` is missing.',
    {
      remedy: `On Debian or Ubuntu: \`apt-get install mmdebstrap debian-archive-keyring\`. Elsewhere: ${loadBases}`,
    },
  )
}

async function answers(tool: string): Promise<boolean> {
  const asked = await runOnHost(tool, ['--version'], { asRoot: false })
  return asked.ran && asked.exitCode === 0
}

function expectSameArchitecture(engine: Engine): void {
  const ours = { x64: 'x86_64', arm64: 'aarch64' }[arch() as string] ?? arch()
  if (process.platform === 'linux' && engine.architecture === ours) return
  throw new GraderError(
    'base-image.unavailable',
    `Base images can be made from Debian packages only on Linux with the processor of the engine (${engine.architecture}).`,
    { remedy: loadBases },
  )
}

function failureOf(recipe: Recipe, log: string): GraderError {
  const lastLines = log
    .trim()
    .split('\n')
    .filter((line) => !/^I: /.test(line))
    .slice(-6)
    .join('\n')
  const code = /No space left on device|no space left on device/.test(log) ? 'disk.full' : 'base-image.unavailable'
  return new GraderError(code, `The base image ${recipe.tag} (${recipe.sentence}) could not be made:\n${lastLines}`, {
    remedy: loadBases,
  })
}
