import { access, chmod, cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { quickDockerfile, quickServer } from '../test-runs.ts'

/** Test support: a submission full of files that tools of ours would read in a project: each tells when it was executed. */

const repository = fileURLToPath(new URL('../../', import.meta.url))
const words = ['check', '.', '--assignment', join(repository, 'specs/cncamp-module3')]

let parent: string
let folder: string
let canaries: string
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'cgrade-own-configuration-'))
  canaries = join(parent, 'canaries')
  // A name that a shell would execute, if one ever saw it.
  folder = join(parent, '$(touch x);touch x;#')
  await mkdir(canaries)
  await mkdir(join(folder, 'docs/$(touch x)'), { recursive: true })
  await cp(quickServer, join(folder, 'hs'))
  for (const [name, text] of Object.entries(filesThatTell())) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), text)
    if (name.includes('.bin/')) await chmod(join(folder, name), 0o755)
  }
})
afterEach(() => rm(parent, { recursive: true, force: true }))

function filesThatTell(): Record<string, string> {
  const touch = (name: string) => `require('node:fs').writeFileSync(${JSON.stringify(join(canaries, name))}, '')\n`
  const write = (name: string) =>
    `import { writeFileSync } from 'node:fs'\nwriteFileSync(${JSON.stringify(join(canaries, name))}, '')\nexport default {}\n`
  const modules = ['vitest.config.ts', 'vite.config.ts', 'grader.config.ts', 'assignment.ts', 'httpserver.spec.ts']
  const tools = ['node', 'npm', 'npx', 'vitest', 'docker', 'git', 'sh', 'tar', 'nsenter', 'iptables']
  return {
    Dockerfile: quickDockerfile,
    ...Object.fromEntries(modules.map((name) => [name, write(name)])),
    'vitest.workspace.ts': write('vitest.workspace.ts'),
    'specs/cncamp-module3/assignment.ts': write('specs'),
    'index.js': touch('index.js'),
    'preload.cjs': touch('preload'),
    '.env': `NODE_OPTIONS=--require=${join(folder, 'preload.cjs')}\nDOCKER_HOST=tcp://127.0.0.1:1\nCGRADE_DISARM={}\n`,
    '.npmrc': `script-shell=${join(folder, 'node_modules/.bin/sh')}\nnode-options=--require=./preload.cjs\n`,
    'tsconfig.json': '{ "extends": "/dev/zero", "compilerOptions": { "paths": { "*": ["./index.js"] } } }\n',
    'package.json': JSON.stringify({
      name: 'cgrade',
      type: 'commonjs',
      main: 'index.js',
      imports: { '#spec-kit': './index.js' },
      scripts: Object.fromEntries(
        ['preinstall', 'install', 'postinstall', 'prepare', 'test'].map((name) => [
          name,
          `touch ${join(canaries, name)}`,
        ]),
      ),
    }),
    'node_modules/vitest/package.json': '{ "name": "vitest", "main": "index.js" }\n',
    'node_modules/vitest/index.js': touch('vitest'),
    ...Object.fromEntries(
      tools.map((tool) => [`node_modules/.bin/${tool}`, `#!/bin/sh\n: > '${join(canaries, tool)}'\nexit 1\n`]),
    ),
  }
}

describe('H10: a submission that brings configuration for our tools', () => {
  test('H18: is graded from inside its own folder, and nothing of it is executed or believed', async () => {
    const { exitCode, all } = await execa(process.execPath, [join(repository, 'graders/cli.ts'), ...words], {
      cwd: folder,
      all: true,
      reject: false,
      stdin: 'ignore',
      timeout: 110_000,
    })
    expect(`${exitCode}\n${all}`).toMatch(/^0\n/)
    expect(await readdir(canaries)).toEqual([])
    const names = await readdir(parent, { recursive: true })
    expect(names.filter((name) => /(?:^|\/)x$/.test(name))).toEqual([])
    await expect(access(join(repository, 'x'))).rejects.toThrow()
  })
})

test('H10 control: a tool that reads its configuration where it stands executes it', async () => {
  const vitest = join(repository, 'node_modules/vitest/vitest.mjs')
  await execa(process.execPath, [vitest, 'run', '--passWithNoTests'], { cwd: folder, reject: false, timeout: 60_000 })
  expect(await readdir(canaries)).toContain('vitest.config.ts')
})

test('H18 control: a shell that is given the name executes it', async () => {
  const [name] = (await readdir(parent)).filter((entry) => entry !== 'canaries')
  await execa('sh', ['-c', `echo ${name}`], { cwd: parent, reject: false })
  expect(await readdir(parent)).toContain('x')
})
