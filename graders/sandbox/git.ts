import { lstat, realpath } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { execa } from 'execa'
import { GraderError, UsageError } from '../model/grader-error.ts'
import { asGitVariables, gitSettings, gitVariables } from './git-environment.ts'
import { cleanEnvironment } from './host.ts'

const timeoutMs = 60_000
/** Of one answer; a folder of a hundred thousand submissions has less to say. */
const answerBytes = 16 * 1024 * 1024

export interface GitAnswer {
  exitCode: number
  stdout: Buffer
  /** For people: the first line of what git complained about. */
  complaint: string
  /** The answer was cut off. */
  isCut: boolean
}

/** One repository with a work tree, asked about what it holds; nothing in it is changed. */
export interface GitRepository {
  /** Absolute path of the work tree. */
  top: string
  /** Runs git at the top. Paths are taken as they are spelled, never as patterns. */
  ask(args: string[]): Promise<GitAnswer>
}

const settings = { ...gitSettings, 'safe.directory': '*', 'safe.bareRepository': 'explicit' }

const askingVariables = {
  ...gitVariables,
  GIT_OPTIONAL_LOCKS: '0',
  GIT_LITERAL_PATHSPECS: '1',
  GIT_ALLOW_PROTOCOL: 'none',
}

/** The repository whose work tree this folder is in; undefined where there is none. */
export async function openRepository(folder: string): Promise<GitRepository | undefined> {
  // Looked for here: git itself would take a folder that is made up like a bare repository for one.
  const top = await findTop(await realpath(folder))
  if (top === undefined) return undefined
  const place = { GIT_DIR: join(top, '.git'), GIT_WORK_TREE: top }
  const listed = await runGit(top, ['config', '--list', '--name-only', '-z'], { ...place, ...asGitVariables(settings) })
  if (listed.exitCode !== 0 || listed.isCut) {
    throw new UsageError(`\`git\` cannot read the configuration of \`${top}\`: ${listed.complaint || 'it is too long'}`)
  }
  // A filter would run when the work tree is compared.
  const keys = new Set(listed.stdout.toString('utf8').split('\0'))
  const filters = [...keys].filter((key) => /^filter\..*\.(clean|smudge|process|required)$/is.test(key))
  const off = Object.fromEntries(filters.map((key) => [key, /required$/i.test(key) ? 'false' : '']))
  const variables = { ...place, ...asGitVariables({ ...settings, ...off }) }
  return { top, ask: (args) => runGit(top, args, variables) }
}

async function findTop(folder: string): Promise<string | undefined> {
  for (let at = folder; ; at = dirname(at)) {
    const found = await lstat(join(at, '.git')).catch(() => undefined)
    // A file stands for the folder of a linked work tree.
    if (found?.isDirectory() || found?.isFile()) return at
    if (dirname(at) === at) return undefined
  }
}

async function runGit(cwd: string, args: string[], variables: Record<string, string>): Promise<GitAnswer> {
  const ended = await execa('git', ['--no-pager', ...args], {
    cwd,
    reject: false,
    timeout: timeoutMs,
    forceKillAfterDelay: 1_000,
    maxBuffer: answerBytes,
    encoding: 'buffer',
    stripFinalNewline: false,
    env: { ...cleanEnvironment, ...askingVariables, ...variables },
    extendEnv: false,
    stdin: 'ignore',
  })
  if (ended.code === 'ENOENT') {
    throw new GraderError('host.tool-missing', '`git` is not installed on this machine.', {
      remedy: 'Install it (`apt-get install git`), or grade without `--changed-since`.',
    })
  }
  if (ended.timedOut) {
    throw new GraderError('internal', `\`git ${args[0]}\` did not end within ${timeoutMs / 1000} s.`)
  }
  const [complaint = ''] = Buffer.from(ended.stderr).toString('utf8').split('\n')
  return {
    exitCode: ended.exitCode ?? -1,
    stdout: Buffer.from(ended.stdout),
    complaint: complaint.slice(0, 500),
    isCut: ended.isMaxBuffer,
  }
}
