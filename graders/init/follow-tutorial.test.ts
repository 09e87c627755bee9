import { copyFile, mkdir, mkdtemp, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import MarkdownIt from 'markdown-it'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openTerminal, readSteps, type Step, type Terminal } from './test-docs-steps.ts'

/** Test support: a TA who follows the tutorial to the letter, in a folder outside of the repository. */

const root = fileURLToPath(new URL('../../', import.meta.url))
const page = join(root, 'docs/writing-specs.md')
/** Records what is printed instead of comparing it: `CGRADE_RECORD=1 npx vitest run graders/init/follow-tutorial.test.ts`. */
const record = process.env.CGRADE_RECORD === '1'

interface Block {
  info: string
  text: string
}

let folder: string
let reader: Terminal
let steps: Step[]
let blocks: Block[]

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cgrade-tutorial-'))
  reader = await openTerminal(folder, join(folder, 'no-github'))
  await makeClone(join(reader.folder, 'cgrade'))
  steps = await readSteps(page)
  blocks = await readBlocks()
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('the tutorial of docs/writing-specs.md, followed to the letter', { timeout: 600_000 }, () => {
  test('a start is written, and grades the right submission', async () => {
    await follow('init')
    await copyFiles('right/')
    await copyFiles('wrong/')
    const printed = await follow('first')
    expect(printed).toContain('Score 5 of 5 points')
    await comparePrinted('first', printed)
  })

  test('with a check of its own the right submission gets every point', async () => {
    await copyFiles('warm-up/')
    const printed = await follow('right')
    expect(printed).toContain('Score 10 of 10 points')
    await comparePrinted('right', printed)
  })

  test('and the wrong one loses those that it should lose, with exit code 1', async () => {
    const printed = await follow('wrong')
    expect(printed).toContain('Score 4 of 10 points')
    expect(printed).toContain('exit code 1')
    await comparePrinted('wrong', printed)
  })

  test('no block was left out', () => {
    expect(steps.map(({ name }) => name)).toEqual(['init', 'first', 'right', 'wrong'])
    const places = blocks.flatMap(({ info }) => / file=(\S+)$/.exec(info)?.[1] ?? [])
    expect(places.every((place) => /^(right|wrong|warm-up)\//.test(place))).toBe(true)
  })
})

/** This checkout under another name. Its lock file is old, so that nothing is installed into the modules that others use. */
async function makeClone(clone: string): Promise<void> {
  await mkdir(clone)
  await copyFile(join(root, 'grade'), join(clone, 'grade'))
  for (const name of ['graders', 'specs', 'node_modules', 'package.json'])
    await symlink(join(root, name), join(clone, name))
  await writeFile(join(clone, 'package-lock.json'), '{}')
  await utimes(join(clone, 'package-lock.json'), 0, 0)
}

async function readBlocks(): Promise<Block[]> {
  const tokens = new MarkdownIt().parse(await readFile(page, 'utf8'), {})
  return tokens.flatMap(({ type, info, content }) => (type === 'fence' ? [{ info, text: content }] : []))
}

async function follow(name: string): Promise<string> {
  const step = steps.find((one) => one.name === name)
  if (step === undefined) throw new Error(`the tutorial has no block ${name}`)
  return reader.run(step)
}

/** Every block that says in which file it belongs. */
async function copyFiles(below: string): Promise<void> {
  const own = blocks.flatMap(({ info, text }) => {
    const place = / file=(\S+)$/.exec(info)?.[1]
    return place?.startsWith(below) ? [{ place, text }] : []
  })
  expect(own).not.toHaveLength(0)
  for (const { place, text } of own) {
    const file = join(reader.folder, place)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, text)
  }
}

/** What the page says is printed, from the first check on: what stands before it has durations in it. */
async function comparePrinted(name: string, printed: string): Promise<void> {
  const from = printed.search(/^ {2}[✓✗½-] /m)
  const now = printed.slice(Math.max(from, 0)).trimEnd()
  const shown = blocks.find(({ info }) => info === `text printed by=${name}`)?.text.trimEnd() ?? ''
  if (record) {
    const text = await readFile(page, 'utf8')
    await writeFile(
      page,
      text.replace(`by=${name}\n${shown}\n\`\`\``, () => `by=${name}\n${now}\n\`\`\``),
    )
  } else expect(now).toBe(shown)
}
