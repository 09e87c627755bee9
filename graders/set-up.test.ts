import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const repository = dirname(dirname(fileURLToPath(import.meta.url)))
const script = join(repository, 'grade')
let folder = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cgrade-set-up-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

function grade(args: string[], options: { file?: string; env?: Record<string, string>; cwd?: string } = {}) {
  const { file = script, ...rest } = options
  return execa(file, args, { reject: false, stdin: 'ignore', ...rest })
}

/** A PATH with these tools and nothing else. */
async function pathWith(name: string, tools: string[]): Promise<string> {
  const bin = join(folder, name)
  await mkdir(bin)
  for (const tool of tools) {
    const { stdout } = await execa('sh', ['-c', `command -v ${tool}`])
    await symlink(stdout.trim(), join(bin, tool))
  }
  return bin
}

const basics = [
  'sh',
  'dirname',
  'readlink',
  'find',
  'id',
  'grep',
  'mktemp',
  'head',
  'tail',
  'touch',
  'cat',
  'rm',
  'env',
]

describe('./grade', () => {
  test('finds all in place the second time, and says so', async () => {
    const first = await grade(['setup'])
    expect(first.stderr).toMatch(/ready: Node v\d+/)
    expect(first.exitCode).toBe(0)
    const second = await grade(['setup'])
    expect(second.stderr.split('\n')).toEqual([expect.stringMatching(/^grade: ready: .* engine at /)])
    expect(second.exitCode).toBe(0)
  })

  test('works from elsewhere and through a link', async () => {
    await symlink(script, join(folder, 'link'))
    await symlink('link', join(folder, 'link-to-link'))
    const { stdout, exitCode } = await grade(['--version'], { file: join(folder, 'link-to-link'), cwd: '/' })
    expect(stdout).toMatch(/^\d+\.\d+\.\d+$/)
    expect(exitCode).toBe(0)
  })

  test('passes arguments on as they are, and the exit code back', async () => {
    const { stderr, exitCode } = await grade(['bacth', 'a folder with blanks', '*'])
    expect(stderr).toContain('batch')
    expect(exitCode).toBe(2)
  })

  test('helps and reports without an engine', async () => {
    const env = { DOCKER_HOST: 'unix:///nonexistent' }
    expect((await grade(['--help'], { env })).exitCode).toBe(0)
    expect((await grade(['check', '--help'], { env })).exitCode).toBe(0)
    expect((await grade(['report', join(folder, 'no-run')], { env })).exitCode).toBe(2)
  })

  test('tells on one screen what to do where it cannot provide an engine', async () => {
    const env = { DOCKER_HOST: 'unix:///nonexistent' }
    const { stderr, exitCode } = await grade(['check', '.'], { env, cwd: repository })
    expect(exitCode).toBe(3)
    expect(stderr).toContain('Nothing answers at unix:///nonexistent (DOCKER_HOST)')
    expect(stderr).toContain('Docker Desktop')
    expect(stderr.split('\n').length).toBeLessThan(24)
  })

  test('tells where to get Node when only an old one is there', async () => {
    const bin = await pathWith('old-node', basics)
    await writeFile(join(bin, 'node'), '#!/bin/sh\necho v18.19.0\n')
    await chmod(join(bin, 'node'), 0o755)
    const copy = join(folder, 'no-npm-node')
    await mkdir(join(copy, 'node_modules'), { recursive: true })
    await writeFile(join(copy, 'package-lock.json'), '{}')
    await writeFile(join(copy, 'node_modules', '.package-lock.json'), '{}')
    await execa('cp', [script, join(copy, 'grade')])
    const { stderr, exitCode } = await grade(['--version'], { file: join(copy, 'grade'), env: { PATH: bin } })
    expect(stderr).toContain('`node` here is v18.19.0')
    expect(exitCode).toBe(3)
  })

  test('tells where to get npm when it is missing', async () => {
    const bin = await pathWith('no-npm', basics)
    const copy = join(folder, 'fresh')
    await mkdir(copy)
    await writeFile(join(copy, 'package-lock.json'), '{}')
    await execa('cp', [script, join(copy, 'grade')])
    const { stderr, exitCode } = await grade(['--version'], { file: join(copy, 'grade'), env: { PATH: bin } })
    expect(stderr).toContain('`npm` is not on the PATH')
    expect(exitCode).toBe(3)
  })

  test('shows the last lines of npm when it fails, and tries again the next time', async () => {
    const bin = await pathWith('broken-npm', basics)
    await writeFile(join(bin, 'npm'), '#!/bin/sh\necho "npm error network unreachable"\nexit 1\n')
    await chmod(join(bin, 'npm'), 0o755)
    const copy = join(folder, 'broken')
    await mkdir(copy)
    await writeFile(join(copy, 'package-lock.json'), '{}')
    await execa('cp', [script, join(copy, 'grade')])
    for (const _time of ['first', 'second']) {
      const { stderr, exitCode } = await grade(['--version'], { file: join(copy, 'grade'), env: { PATH: bin } })
      expect(stderr).toContain('installing the Node dependencies')
      expect(stderr).toContain('npm error network unreachable')
      expect(exitCode).toBe(3)
    }
  })
})
