import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import MarkdownIt from 'markdown-it'
import { expect, test } from 'vitest'
import { addThisRepository, makeRepositories } from '../github/test-repositories.ts'
import { quickDockerfile, quickServer } from '../test-runs.ts'

/** Test support: the `autograder.py` of docs/classroom50.md, called as the runner of Classroom 50 calls it. */

const root = fileURLToPath(new URL('../../', import.meta.url))

async function readAutograder(commit: string): Promise<string> {
  const tokens = new MarkdownIt().parse(await readFile(join(root, 'docs/classroom50.md'), 'utf8'), {})
  const blocks = tokens.filter(({ type, info }) => type === 'fence' && info === 'python file=autograder.py')
  expect(blocks).toHaveLength(1)
  // The one change that a reader is told to make.
  return blocks[0]?.content.replace('0'.repeat(40), commit) ?? ''
}

const identity = {
  ...{ CLASSROOM: 'cloud', ASSIGNMENT: 'module3', ASSIGNMENT_TYPE: 'individual', OWNER: 'alice', USERNAME: 'alice' },
  SUBMISSION_TAG: 'submit/2026-06-01T14-32-05Z-a1b2c3d',
  COMMIT_URL: 'https://github.com/octo-org/cloud-module3-alice/commit/a1b2c3d',
  RELEASE_URL: 'https://github.com/octo-org/cloud-module3-alice/releases/tag/submit%2F2026',
}

test('the autograder of the docs writes result.json for whom the runner names, and nothing it was not to see', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cgrade-classroom50-'))
  await using github = await makeRepositories()
  try {
    const commit = await addThisRepository(github, 'cgrade/cgrade')
    const [home, bin, checkout] = ['home', 'bin', 'cloud-module3-alice'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ]
    for (const path of [home, bin, checkout]) await mkdir(path)
    const alias = `[url "file://${github.folder}/"]\n\tinsteadOf = https://github.com/\n`
    await writeFile(join(home, '.gitconfig'), alias)
    // What `npm ci` brings, from this checkout.
    await writeFile(join(bin, 'npm'), `#!/bin/sh\nln -s ${root}node_modules node_modules\n`, { mode: 0o755 })
    await writeFile(join(checkout, 'Dockerfile'), quickDockerfile)
    await execa('cp', [quickServer, join(checkout, 'hs')])
    // Nobody's file is written through a link of the student's.
    await symlink('Dockerfile', join(checkout, 'result.json'))
    await writeFile(join(folder, 'autograder.py'), await readAutograder(commit))
    const ended = await execa('python3', [join(folder, 'autograder.py')], {
      cwd: checkout,
      env: { PATH: `${bin}:${process.env.PATH}`, HOME: home, TMPDIR: folder, GITHUB_TOKEN: 'planted', ...identity },
      ...{ extendEnv: false, reject: false, timeout: 300_000 },
    })
    expect(ended.exitCode, `${ended.stdout}\n${ended.stderr}`).toBe(0)
    const written = JSON.parse(await readFile(join(checkout, 'result.json'), 'utf8'))
    expect(written).toMatchObject({
      schema: 'classroom50/result/v1',
      ...{ classroom: 'cloud', assignment: 'module3', owner: 'alice', submission: identity.SUBMISSION_TAG },
      review: identity.COMMIT_URL,
    })
    expect(written.score).toBe(written['max-score'])
    expect(await readFile(join(checkout, 'release-body.md'), 'utf8')).toContain('58 of 58')
    expect(await readFile(join(checkout, 'Dockerfile'), 'utf8')).toBe(quickDockerfile)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
