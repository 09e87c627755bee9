import { mkdir, mkdtemp, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { commandsIn, type RunnerCommand } from '../hostile/runner-commands.ts'
import { readSettings, refuseVariables, summaryLimitBytes } from './test-runner-files.ts'

/** Test support: one script of a step, with the files and the log that the runner reads. */

export interface ScriptAsk {
  script: string
  /** Without `shell: bash` a failing part of a pipe is not noticed. */
  pipefail: boolean
  folder: string
  /** All that the script has; nothing of the test's own environment is added. */
  env: Record<string, string>
  /** The runner's folder of temporary files. */
  temp: string
  timeoutMs: number
}

export interface ScriptEnd {
  succeeded: boolean
  log: string
  outputs: Record<string, string>
  variables: Record<string, string>
  paths: string[]
  summary: string
  commands: RunnerCommand[]
}

/** How the runner ends what takes too long, in milliseconds after its time was over. */
const endings = [
  ['SIGINT', 0],
  ['SIGTERM', 7_500],
  ['SIGKILL', 10_000],
] as const

const fileCommands = ['OUTPUT', 'ENV', 'PATH', 'STATE', 'STEP_SUMMARY'] as const

export async function runScript(ask: ScriptAsk): Promise<ScriptEnd> {
  await mkdir(ask.temp, { recursive: true })
  const folder = await mkdtemp(join(ask.temp, '_runner_file_commands_'))
  const files = Object.fromEntries(fileCommands.map((name) => [`GITHUB_${name}`, join(folder, name)]))
  for (const path of Object.values(files)) await writeFile(path, '')
  const script = join(folder, 'script.sh')
  await writeFile(script, ask.script)
  const options = ask.pipefail ? ['--noprofile', '--norc', '-e', '-o', 'pipefail'] : ['-e']
  const started = execa('bash', [...options, script], {
    cwd: ask.folder,
    env: { ...ask.env, ...files },
    extendEnv: false,
    all: true,
    stdin: 'ignore',
    reject: false,
    detached: true,
    stripFinalNewline: false,
  })
  let isLate = false
  const timers = endings.map(([signal, afterMs]) =>
    setTimeout(() => {
      isLate = true
      // The whole group: what the script started ends with it.
      if (started.pid !== undefined) process.kill(-started.pid, signal)
    }, ask.timeoutMs + afterMs),
  )
  const ended = await started.finally(() => timers.forEach(clearTimeout))
  const said = ended.all ?? ''
  const log = isLate ? `${said}\n##[error]The action has timed out after ${ask.timeoutMs} ms.` : said
  return await readFiles(folder, { succeeded: ended.exitCode === 0 && !isLate, log })
}

/** A file that cannot be read fails the step, whatever its script said. */
async function readFiles(folder: string, { succeeded, log }: { succeeded: boolean; log: string }): Promise<ScriptEnd> {
  const read = (name: (typeof fileCommands)[number]) => readFile(join(folder, name), 'utf8')
  const end: ScriptEnd = {
    succeeded,
    log,
    outputs: {},
    variables: {},
    paths: [],
    summary: '',
    commands: commandsIn(log),
  }
  try {
    const variables = readSettings(await read('ENV'))
    refuseVariables(variables)
    end.variables = variables
    // Still obeyed, though it has been given up long ago.
    const old = end.commands.filter(({ name }) => name === 'set-output')
    const told = old.map(({ properties, value }): [string, string] => [properties.name ?? '', value])
    end.outputs = { ...Object.fromEntries(told), ...readSettings(await read('OUTPUT')) }
    end.paths = (await read('PATH')).split('\n').filter((line) => line !== '')
    if ((await stat(join(folder, 'STEP_SUMMARY'))).size <= summaryLimitBytes) end.summary = await read('STEP_SUMMARY')
    else end.commands.push({ name: 'error', properties: {}, value: '$GITHUB_STEP_SUMMARY upload aborted: too large' })
    return end
  } catch (thrown) {
    return { ...end, succeeded: false, log: `${log}\n##[error]Unable to process file command: ${thrown}` }
  }
}
