import { randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** Test support: what a hostile submission would like to have or to change, planted around the grader and looked for afterwards. */
export interface PlantedSecrets {
  /** For the grader's process. */
  env: Record<string, string>
  /** A comment for a spec that is hidden from students. */
  specComment: string
  /** A file for the submission of somebody else. */
  siblingFile: string
  /** Where any of them has come to light, or a file of GitHub's runner was touched: one line each. */
  findLeaks(places: { folder?: string; texts?: Record<string, string> }): Promise<string[]>
}

const fileCommands = ['GITHUB_ENV', 'GITHUB_OUTPUT', 'GITHUB_PATH', 'GITHUB_STATE', 'GITHUB_STEP_SUMMARY'] as const
const tokens = [
  'GITHUB_TOKEN',
  'ACTIONS_RUNTIME_TOKEN',
  'ACTIONS_ID_TOKEN_REQUEST_TOKEN',
  'AWS_SECRET_ACCESS_KEY',
] as const

export async function plantSecrets(folder: string): Promise<PlantedSecrets> {
  const secrets: string[] = []
  const makeSecret = () => {
    const secret = `planted-${randomBytes(12).toString('hex')}`
    secrets.push(secret)
    return secret
  }
  const home = join(folder, 'home')
  await mkdir(join(home, '.docker'), { recursive: true })
  const credentials = { auths: { 'registry.invalid': { username: 'course', password: makeSecret() } } }
  await writeFile(join(home, '.docker/config.json'), JSON.stringify(credentials))
  const before = makeSecret()
  const files = fileCommands.map((name) => ({ name, path: join(folder, name.toLowerCase()) }))
  for (const { path } of files) await writeFile(path, before)

  return {
    env: {
      HOME: home,
      XDG_CACHE_HOME: process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'),
      GITHUB_ACTIONS: 'true',
      CI: 'true',
      ...Object.fromEntries(tokens.map((name) => [name, makeSecret()])),
      ...Object.fromEntries(files.map(({ name, path }) => [name, path])),
    },
    specComment: `// ${makeSecret()}`,
    siblingFile: makeSecret(),
    async findLeaks({ folder: reports, texts = {} }) {
      const leaks: string[] = []
      const look = (place: string, text: string) => {
        for (const secret of secrets) if (text.includes(secret)) leaks.push(`${place} holds ${secret}`)
      }
      for (const [place, text] of Object.entries(texts)) look(place, text)
      for (const path of reports === undefined ? [] : await filesBelow(reports))
        look(path, await readFile(path, 'latin1'))
      for (const { name, path } of files) {
        if ((await readFile(path, 'utf8')) !== before) leaks.push(`the file of ${name} was changed`)
      }
      return leaks
    },
  }
}

export async function filesBelow(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true })
  const paths = names.map((name) => join(folder, name))
  const kinds = await Promise.all(paths.map(async (path) => (await stat(path)).isFile()))
  return paths.filter((_, index) => kinds[index])
}
