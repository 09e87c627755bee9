import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Test support: the files of the grader itself, without tests and what is there for tests; `name` below `graders/`. */
export async function readSources(): Promise<{ name: string; text: string }[]> {
  const names = await readdir(root, { recursive: true, encoding: 'utf8' })
  const ours = names.filter(
    (name) => name.endsWith('.ts') && !/\.test\.ts$|(^|\/)test-[a-z-]+\.ts$|^hostile\//.test(name),
  )
  return Promise.all(ours.sort().map(async (name) => ({ name, text: await readFile(`${root}/${name}`, 'utf8') })))
}
