import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { GraderError } from '../model/grader-error.ts'
import { asGitVariables, gitSettings, gitVariables } from './git-environment.ts'
import { cleanEnvironment } from './host.ts'

export interface GitAddress {
  url: string
  /** 40 hex digits. */
  commit?: string
  branch?: string
}

export interface FetchLimits {
  /** Of what comes over the network, packed. */
  packBytes: number
  timeoutMs: number
}

/** What the student's repository is, or is not; what the network or this machine cannot is thrown. */
export type Fetched =
  | { outcome: 'fetched'; commit: string }
  | { outcome: 'no-repository' | 'no-commit' | 'too-large'; complaint: string }

/** How git reaches a repository. Tests alone ask for anything but HTTPS. */
export interface Transport {
  protocol: 'https' | 'http'
}

/** Nothing of ours fetches on when this process has ended. */
const stopAtExit = new Set<() => void>()
process.once('exit', () => {
  for (const stop of stopAtExit) stop()
})

/** A pack is small beside what it can be told to unpack to. */
const memoryBytes = 4 * 1024 ** 3
const cpuSeconds = 120
const watchMs = 150
const complaintBytes = 64 * 1024

/** Nothing of a repository's own configuration exists before it is fetched, and nothing of it is ever read. */
const settings: Record<string, string> = {
  ...gitSettings,
  'credential.helper': '',
  // One pack, and not a hundred thousand loose files.
  'fetch.unpackLimit': '1',
  'transfer.unpackLimit': '1',
  'transfer.bundleURI': 'false',
  'fetch.recurseSubmodules': 'false',
  'submodule.recurse': 'false',
  'gc.auto': '0',
  'maintenance.auto': 'false',
  'pack.threads': '1',
  'http.followRedirects': 'initial',
  'http.lowSpeedLimit': '1000',
  'http.lowSpeedTime': '30',
}

/** The way out that the caller's network needs. */
const proxyNames = ['https_proxy', 'HTTPS_PROXY', 'no_proxy', 'NO_PROXY', 'SSL_CERT_FILE', 'SSL_CERT_DIR']

function fetchingVariables(repository: string, protocol: string): Record<string, string> {
  const proxies = proxyNames.flatMap((name): [string, string][] => {
    const value = process.env[name]
    return value === undefined ? [] : [[name, value]]
  })
  return {
    ...Object.fromEntries(proxies),
    ...gitVariables,
    ...asGitVariables(settings),
    GIT_DIR: repository,
    GIT_ASKPASS: '/bin/true',
    // Stands above what any configuration allows; redirects are held to it, too.
    GIT_ALLOW_PROTOCOL: protocol,
  }
}

/** Options of a git that reads what a stranger has packed; start it by `execa(...limitedGit(args), ...)`. */
export function gitOptions(repository: string, { protocol }: Partial<Transport> = {}) {
  return {
    cwd: repository,
    reject: false,
    forceKillAfterDelay: 1_000,
    encoding: 'buffer',
    stripFinalNewline: false,
    env: { ...cleanEnvironment, ...fetchingVariables(repository, protocol ?? 'none') },
    extendEnv: false,
  } as const
}

/** With limits on memory and processor time, where this system can set them. */
export function limitedGit(args: string[]): [program: string, args: string[]] {
  const git = ['--no-pager', ...args]
  if (process.platform !== 'linux') return ['git', git]
  return ['prlimit', [`--as=${memoryBytes}`, `--cpu=${cpuSeconds}`, '--core=0', 'git', ...git]]
}

/**
 * Fetches one commit without its history into `repository`, an empty folder of ours. Nothing is checked out: no hook, filter,
 * submodule or program that the repository names has an occasion to run.
 */
export async function fetchCommit(
  { url, commit, branch }: GitAddress,
  repository: string,
  { packBytes, timeoutMs }: FetchLimits,
  { protocol }: Transport = { protocol: 'https' },
): Promise<Fetched> {
  const options = { ...gitOptions(repository, { protocol }), stdin: 'ignore', maxBuffer: complaintBytes } as const
  const made = await execa(...limitedGit(['init', '--quiet', '--bare', '--template=', '--', repository]), options)
  requireGit(made)
  if (made.exitCode !== 0) throw failed('init', textOf(made.stderr))
  const wanted = commit ?? (branch === undefined ? 'HEAD' : `refs/heads/${branch}`)
  const flags = ['--quiet', '--depth=1', '--no-tags', '--no-recurse-submodules', '--no-auto-maintenance']
  const words = ['fetch', ...flags, '--', url, `+${wanted}:${ownRef}`]
  // In a group of its own: its helpers outlive it, and hold its output, when a server stops in the middle.
  const fetching = execa(...limitedGit(words), { ...options, detached: true })
  const stop = () => stopGroup(fetching.pid)
  stopAtExit.add(stop)
  let isTooLarge = false
  let isTimedOut = false
  const deadline = setTimeout(() => {
    isTimedOut = true
    stop()
  }, timeoutMs)
  const watch = setInterval(async () => {
    if ((await sizeOf(join(repository, 'objects', 'pack'))) <= packBytes) return
    isTooLarge = true
    stop()
  }, watchMs)
  const ended = await fetching.finally(() => {
    clearInterval(watch)
    clearTimeout(deadline)
    stopAtExit.delete(stop)
  })
  const complaint = firstLines(textOf(ended.stderr))
  if (isTooLarge || (await sizeOf(join(repository, 'objects', 'pack'))) > packBytes) {
    return { outcome: 'too-large', complaint: `it packs to more than ${packBytes} bytes` }
  }
  if (isTimedOut) throw unreachable(url, `it did not answer completely within ${timeoutMs / 1000} s`)
  if (ended.exitCode !== 0) return explainFailure(url, complaint)
  const found = await execa(...limitedGit(['rev-parse', '--verify', '--quiet', `${ownRef}^{commit}`]), options)
  const name = textOf(found.stdout).trim()
  if (found.exitCode !== 0 || (commit !== undefined && name !== commit)) {
    return { outcome: 'no-commit', complaint: 'what is there is no commit' }
  }
  return { outcome: 'fetched', commit: name }
}

const ownRef = 'refs/cgrade/submission'

/** By git's own English words: what the student can put right, or else what is ours. */
function explainFailure(url: string, complaint: string): Fetched {
  if (/not our ref|couldn't find remote ref|no such remote ref|remote ref .* not found/i.test(complaint)) {
    return { outcome: 'no-commit', complaint }
  }
  // Servers do not tell a repository that is not there from one that is private: both ask for a password.
  if (
    /repository .* not found|error: 40[14]\b|could not read (?:Username|Password)|Authentication failed/i.test(
      complaint,
    )
  ) {
    return { outcome: 'no-repository', complaint }
  }
  if (/died of signal (?:9|24)\b|Out of memory|malloc failed|mmap failed/i.test(complaint)) {
    return { outcome: 'too-large', complaint }
  }
  throw unreachable(url, complaint)
}

function unreachable(url: string, why: string): GraderError {
  return new GraderError('git.unreachable', `\`${url}\` could not be fetched: ${why}.`, {
    remedy: 'Look whether this machine reaches the host, then grade this submission again.',
  })
}

export function requireGit(ended: { code?: string | undefined }): void {
  if (ended.code !== 'ENOENT') return
  throw new GraderError('host.tool-missing', '`git` (or `prlimit` beside it) is not installed on this machine.', {
    remedy: 'Install it (`apt-get install git util-linux`), then grade this submission again.',
  })
}

export function failed(command: string, complaint: string): GraderError {
  return new GraderError('internal', `\`git ${command}\` failed: ${firstLines(complaint) || 'it gave no reason'}.`)
}

function stopGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL')
  } catch {
    // It has ended.
  }
}

async function sizeOf(folder: string): Promise<number> {
  const names = await readdir(folder).catch((): string[] => [])
  const sizes = names.map((name) =>
    stat(join(folder, name)).then(
      ({ size }) => size,
      () => 0,
    ),
  )
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
}

export function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8')
}

function firstLines(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  return lines
    .slice(0, 3)
    .join(' ')
    .replace(/[.\s]+$/, '')
    .slice(0, 500)
}
