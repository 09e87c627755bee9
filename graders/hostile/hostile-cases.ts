import { cp, mkdir, readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { execa } from 'execa'
import { parse } from 'yaml'
import * as z from 'zod'
import { expectedSchema } from '../test-expected-grades.ts'

/** Test support: the submissions of `submissions/hostile/`, each an attack with what must come of it. */

const folderOfCases = fileURLToPath(new URL('../../submissions/hostile/', import.meta.url))

const hostileSchema = expectedSchema.extend({
  /** Of the catalogue of attacks, as `docs/threat-model.md` has it. */
  case: z.string().regex(/^H\d\d$/),
  layer: z.enum(['engine', 'privileged']).default('engine'),
  /** For the case with its control beside it, on two busy cores. */
  wallSeconds: z.number().default(120),
  /** Has the machine to itself and its control: it disturbs on purpose. */
  alone: z.boolean().default(false),
  /** Must be in no report, no line of the terminal. */
  never: z.array(z.string()).default([]),
  /** Must be in the report for the student. */
  shows: z.array(z.string()).default([]),
})
export type HostileCase = z.infer<typeof hostileSchema> & { name: string }

/** `CGRADE_CASES=H07,H22` takes a part, for work on one case. */
export async function readHostileCases(): Promise<HostileCase[]> {
  const wanted = process.env.CGRADE_CASES?.split(',')
  const entries = await readdir(folderOfCases, { withFileTypes: true })
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)
  const taken = names.filter((name) => wanted?.some((part) => name.startsWith(part)) ?? true).sort()
  return Promise.all(
    taken.map(async (name) => {
      const text = await readFile(join(folderOfCases, name, 'expected.yml'), 'utf8')
      const expected = hostileSchema.parse(parse(text), { error: () => undefined })
      if (!name.startsWith(`${expected.case}-`)) throw new Error(`${name} is not named after its case ${expected.case}`)
      return { ...expected, name }
    }),
  )
}

/** Copies what is committed, then makes what no repository can hold. */
export async function putHostile({ name }: Pick<HostileCase, 'name'>, folder: string): Promise<void> {
  const from = join(folderOfCases, name)
  await mkdir(folder, { recursive: true })
  if (await exists(join(from, 'submission'))) {
    await cp(join(from, 'submission'), folder, { recursive: true, verbatimSymlinks: true })
  }
  if (await exists(join(from, 'make.sh'))) await execa('sh', [join(from, 'make.sh'), folder])
  if (await exists(join(from, 'make.ts'))) {
    const { default: make } = (await import(pathToFileURL(join(from, 'make.ts')).href)) as {
      default: (folder: string) => Promise<void>
    }
    await make(folder)
  }
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined
}
