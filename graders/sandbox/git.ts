import { lstat, realpath } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { execa } from 'execa'
import { GraderError, UsageError } from '../model/grader-error.ts'
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

/**
 * Settings that stand above those of the repository, whose files and configuration may be a stranger's: git starts no
 * program that they name.
 */
const settings: [name: string, value: string][] = [
  ['core.fsmonitor', 'false'],
  ['core.hooksPath', '/dev/null'],
  ['core.attributesFile', '/dev/null'],
  ['safe.directory', '*'],
  ['safe.bareRepository', 'explicit'],
]

const gitVariables = {
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_ATTR_NOSYSTEM: '1',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_NO_REPLACE_OBJECTS: '1',
  GIT_LITERAL_PATHSPECS: '1',
  GIT_TERMINAL_PROMPT: '0',
  // A clone without all objects would fetch them, by a program that its configuration names.
  GIT_NO_LAZY_FETCH: '1',
  GIT_ALLOW_PROTOCOL: 'none',
}

/** The repository whose work tree this folder is in; undefined where there is none. */
export async function openRepository(folder: string): Promise<GitRepository | undefined> {
  // Looked for here: git itself would take a folder that is made up like a bare repository for one.
  const top = await findTop(await realpath(folder))
  if (top === undefined) return undefined
  const place = { GIT_DIR: join(top, '.git'), GIT_WORK_TREE: top }
  const listed = await runGit(top, ['config', '--list', '--name-only', '-z'], { ...place, ...asVariables(settings) })
  if (listed.exitCode !== 0 || listed.isCut) {
    throw new UsageError(`\`git\` cannot read the configuration of \`${top}\`: ${listed.complaint || 'it is too long'}`)
  }
  // A filter would run when the work tree is compared.
  const keys = new Set(listed.stdout.toString('utf8').split('\0'))
  const filters = [...keys].filter((key) => /^filter\..*\.(clean|smudge|process|required)$/is.test(key))
  const off = filters.map((key): [string, string] => [key, /required$/i.test(key) ? 'false' : ''])
  const variables = { ...place, ...asVariables([...settings, ...off]) }
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

/** As variables, not as `-c`: a key may have any character in it. */
function asVariables(given: [name: string, value: string][]): Record<string, string> {
  const named = given.flatMap(([name, value], index) => [
    [`GIT_CONFIG_KEY_${index}`, name],
    [`GIT_CONFIG_VALUE_${index}`, value],
  ])
  return { GIT_CONFIG_COUNT: String(given.length), ...Object.fromEntries(named) }
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
    env: { ...cleanEnvironment, ...gitVariables, ...variables },
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
