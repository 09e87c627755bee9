import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import ts from 'typescript'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { renderJson } from '../reporters/json.ts'
import { sampleFile } from '../reporters/sample-grades.ts'
import { runOnHost } from '../sandbox/host.ts'
import { gradesWith } from './printed-texts.ts'
import { readSources } from './read-sources.ts'
import { commandsIn } from './runner-commands.ts'

/** The files through which a step of GitHub Actions sets variables, outputs and its summary: we write none, and no child of ours knows them. */

const repository = fileURLToPath(new URL('../../', import.meta.url))
const names = ['GITHUB_ENV', 'GITHUB_OUTPUT', 'GITHUB_PATH', 'GITHUB_STATE', 'GITHUB_STEP_SUMMARY']
const poison = 'x\nLD_PRELOAD=/x\nghadelimiter_0\nEOF\nscore<<EOF\n100\nEOF\n::set-output name=score::100'

let folder: string
let files: Record<string, string>
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cgrade-file-commands-'))
  files = Object.fromEntries(names.map((name) => [name, join(folder, name)]))
  for (const path of Object.values(files)) await writeFile(path, 'as it was\n')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

describe('H15: file commands of the runner', () => {
  /** The command line itself, in an environment like that of a step. */
  async function printReport(text: string, env: Record<string, string> = {}): Promise<string> {
    await writeFile(join(folder, 'grades.json'), renderJson(sampleFile(gradesWith(text))))
    const formats = 'table,student,transcript,json,junit,csv,html'
    const { exitCode, all } = await execa(
      process.execPath,
      [join(repository, 'graders/cli.ts'), 'report', folder, '--format', formats],
      { env: { ...files, GITHUB_ACTIONS: 'true', CI: 'true', ...env }, all: true, reject: false, timeout: 60_000 },
    )
    expect(`${exitCode} ${exitCode === 0 ? '' : all}`).toBe('0 ')
    return all
  }

  test("H15: a report of poisoned grades leaves the runner's files as they were, and commands nothing", async () => {
    expect(commandsIn(await printReport(poison))).toEqual([])
    for (const path of Object.values(files)) expect(await readFile(path, 'utf8')).toBe('as it was\n')
  })

  test('H11 control: H12 control: H14 control: without the encoders of the terminal, the command line prints commands', async () => {
    const modules = { '/reporters/escape.ts': new URL('./disarmed-escape.ts', import.meta.url).href }
    const preload = fileURLToPath(new URL('./disarm.ts', import.meta.url))
    const env = { NODE_OPTIONS: `--import=${preload}`, CGRADE_DISARM: JSON.stringify(modules) }
    const printed = await printReport('x\n::add-mask::PASS\nx ##[error title=forged]x', env)
    expect(new Set(commandsIn(printed).map(({ name }) => name))).toEqual(new Set(['add-mask', 'error']))
  })

  test('H15: no file of ours names them', async () => {
    const naming = (await readSources()).filter(({ text }) =>
      /GITHUB_(?:ENV|OUTPUT|PATH|STATE|STEP_SUMMARY)/.test(text),
    )
    expect(naming.map(({ name }) => name)).toEqual([])
  })

  test('H15: H09: every process that we start has an environment of its own', async () => {
    const sources = await readSources()
    const gitOptions = sources.flatMap(({ text }) => /export function gitOptions[\s\S]*?\n}/.exec(text) ?? []).join()
    expect(gitOptions).toContain('env: {')
    const starts = sources.flatMap(({ name, text }) =>
      startsOf(text).map(({ call, options }) => {
        const variable = /^options$|\.\.\.options\b/.test(options) ? /const options = .*/.exec(text)?.[0] : ''
        const told = `${options} ${variable}`
        return { name, call, options: told.includes('...gitOptions(') ? `${told} ${gitOptions}` : told }
      }),
    )
    expect(starts.length).toBeGreaterThanOrEqual(4)
    for (const { name, call, options } of starts) {
      expect(`${name}: ${options}`).toMatch(/env: (?:cleanEnvironment|\{ \.\.\.cleanEnvironment)/)
      // `spawn` takes just what it is given; execa adds its own environment unless told otherwise.
      if (call === 'execa') expect(`${name}: ${options}`).toContain('extendEnv: false')
    }
  })

  describe('an environment with secrets in it', () => {
    beforeEach(() => {
      for (const [name, value] of Object.entries({ ...files, GITHUB_TOKEN: 'planted-token' })) vi.stubEnv(name, value)
    })
    afterEach(() => vi.unstubAllEnvs())

    test('H15: H09: is not seen by a tool of this host', async () => {
      const ended = await runOnHost('env', [], { asRoot: false })
      const seen = ended.ran ? ended.stdout.split('\n').map((line) => line.split('=')[0]) : []
      expect(seen).toContain('PATH')
      expect(seen).toEqual(expect.not.arrayContaining([...names, 'GITHUB_TOKEN', 'HOME']))
    })

    test('H15 control: H09 control: is seen by a process that was started as any other', async () => {
      expect((await execa('env')).stdout).toContain('planted-token')
    })
  })
})

/** Calls that start a process, with their options as they are written. */
function startsOf(text: string): { call: string; options: string }[] {
  const source = ts.createSourceFile('source.ts', text, ts.ScriptTarget.Latest, true)
  const imported = new Set<string>()
  const found: { call: string; options: string }[] = []
  const visit = (node: ts.Node) => {
    if (ts.isImportDeclaration(node) && /['"](?:execa|node:child_process)['"]/.test(node.moduleSpecifier.getText())) {
      const bindings = node.importClause?.namedBindings
      if (bindings !== undefined && ts.isNamedImports(bindings)) {
        for (const { name, isTypeOnly } of bindings.elements) if (!isTypeOnly) imported.add(name.text)
      }
    }
    if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && imported.has(node.expression.text)) {
      found.push({ call: node.expression.text, options: node.arguments.at(-1)?.getText() ?? '' })
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}
