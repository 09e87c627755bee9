import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import MarkdownIt from 'markdown-it'

/** Test support: the blocks of a page that a reader is told to run, and a terminal in which they are run. */

export interface Step {
  name: string
  text: string
}

/** Every block whose info string is `sh run name=...`, in the order of the page. Throws for a name that comes twice. */
export async function readSteps(file: string): Promise<Step[]> {
  const tokens = new MarkdownIt().parse(await readFile(file, 'utf8'), {})
  const steps = tokens.flatMap(({ type, info, content }): Step[] => {
    if (type !== 'fence' || !info.startsWith('sh run')) return []
    const name = /^sh run name=([a-z-]+)$/.exec(info)?.[1]
    if (name === undefined) throw new Error(`a block to run has no name: ${info}`)
    return [{ name, text: content }]
  })
  const twice = steps.find(({ name }, index) => steps.findIndex((one) => one.name === name) !== index)
  if (twice !== undefined) throw new Error(`two blocks are called ${twice.name}`)
  return steps
}

export interface Terminal {
  folder: string
  /** Runs a block where the last one ended, with the variables that it set. Returns what it printed; throws when a command failed. */
  run(step: Step, answers?: Record<string, string>): Promise<string>
}

/** A shell of a reader whose GitHub is a folder of bare repositories: git itself leads `https://github.com/` there. */
export async function openTerminal(folder: string, githubFolder: string): Promise<Terminal> {
  const home = join(folder, 'home')
  const desk = join(folder, 'teaching')
  const variables = join(folder, 'variables.sh')
  for (const path of [home, desk]) await mkdir(path, { recursive: true })
  await writeFile(variables, '')
  const settings = [
    `[url "file://${githubFolder}/"]\n\tinsteadOf = https://github.com/`,
    '[user]\n\tname = Reader\n\temail = reader@example.invalid',
    '[init]\n\tdefaultBranch = main',
    '[advice]\n\tdetachedHead = false',
  ]
  await writeFile(join(home, '.gitconfig'), `${settings.join('\n')}\n`)
  const { PATH = '', DOCKER_HOST } = process.env
  const env = { PATH, HOME: home, LANG: 'C.UTF-8', ...(DOCKER_HOST === undefined ? {} : { DOCKER_HOST }) }
  return {
    folder: desk,
    async run({ name, text }, answers = {}) {
      const typed = Object.entries(answers).reduce((all, [what, answer]) => all.replaceAll(`<${what}>`, answer), text)
      const open = /<[a-z ]+>/.exec(typed)?.[0]
      if (open !== undefined) throw new Error(`the block ${name} has a placeholder that nobody explained: ${open}`)
      const keep = `for name in OWNER COURSE STAFF TEAM STUDENT; do declare -p "$name" 2>/dev/null || :; done >'${variables}'`
      const script = `set -e\n. '${variables}'\n${typed}\n${keep}\n`
      const ended = await execa('bash', ['-c', script], {
        ...{ cwd: desk, env, extendEnv: false, reject: false, stdin: 'ignore', timeout: 240_000 },
      })
      if (ended.exitCode !== 0) throw new Error(`the block ${name} failed:\n${ended.stdout}\n${ended.stderr}`)
      return ended.stdout
    },
  }
}
