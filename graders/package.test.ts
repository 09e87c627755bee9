import { mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { expect, test } from 'vitest'
import { makeInbox, quickDockerfile } from './test-runs.ts'

const root = fileURLToPath(new URL('../', import.meta.url))

test('a student grades with the package alone, as npx installs it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cgrade-package-'))
  try {
    const { stdout } = await execa('npm', ['pack', '--json', '--pack-destination', folder], { cwd: root })
    const [packed] = JSON.parse(stdout.slice(stdout.indexOf('['))) as { filename: string; files: { path: string }[] }[]
    const shipped = packed?.files.map((file) => file.path) ?? []
    expect(shipped.filter((path) => /\.test\.|test-|corpus|\.ts$/.test(path) && !path.endsWith('.d.ts'))).toEqual([])
    const installed = join(folder, 'node_modules')
    await mkdir(join(installed, 'cgrade'), { recursive: true })
    await execa('tar', [
      '-xzf',
      join(folder, packed?.filename ?? ''),
      '-C',
      join(installed, 'cgrade'),
      '--strip-components',
      '1',
    ])
    // What npm would download: the packages of this checkout.
    for (const name of await readdir(join(root, 'node_modules'))) {
      if (!name.startsWith('.')) await symlink(join(root, 'node_modules', name), join(installed, name))
    }
    await using inbox = await makeInbox()
    await inbox.add('me', { Dockerfile: quickDockerfile }, { server: true })
    const bin = join(installed, 'cgrade/bin/cgrade.js')
    const ended = await execa(process.execPath, [bin, 'check', join(inbox.folder, 'me')], {
      cwd: folder,
      reject: false,
    })
    expect(ended.exitCode, ended.stderr).toBe(0)
    expect(ended.stdout).toMatch(/Score 58 of 58/)
  } finally {
    await rm(folder, { recursive: true, force: true })
    await rm(join(root, 'dist'), { recursive: true, force: true })
  }
})
