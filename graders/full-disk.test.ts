import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { expect, test } from 'vitest'
import { readRun } from './store/read-run.ts'
import { makeInbox, quickDockerfile, startCgrade } from './test-runs.ts'
import { skipBecause } from './test-skip.ts'

/** Room for a grade or two with their pages. */
const smallBytes = 100 * 1024
const ids = Array.from({ length: 6 }, (_, index) => `student-${index}`)

test('a disk that fills up stops the run with exit code 3, keeps what was graded, and is gone on with after', async (context) => {
  await using inbox = await makeInbox()
  for (const id of ids) await inbox.add(id, { Dockerfile: quickDockerfile, 'README.md': id }, { server: true })
  const small = join(inbox.folder, '..', 'small')
  await mkdir(small)
  const mounted = await execa('mount', ['-t', 'tmpfs', '-o', `size=${smallBytes}`, 'tmpfs', small], { reject: false })
  if (mounted.exitCode !== 0) skipBecause(context, 'Nothing may be mounted here, so no disk of ours can fill up.')
  try {
    const run = join(small, 'run')
    const full = await startCgrade(['batch', inbox.folder, '--out', run, '--jobs', '1', '--seed', 'one'])
    expect(full.exitCode, full.stderr).toBe(3)
    expect(full.stderr).toContain('There is no room left')
    expect(full.stderr).toContain(`cgrade batch --resume ${run}`)
    const kept = await readRun(run)
    expect(kept.grades.length).toBeGreaterThan(0)
    expect(kept.grades.length).toBeLessThan(ids.length)

    await execa('mount', ['-o', 'remount,size=64m', small])
    const ended = await startCgrade(['batch', '--resume', run])
    expect(ended.exitCode, ended.stderr).toBe(0)
    const file = await readRun(run)
    expect(file.grades.map(({ submission }) => submission.id)).toEqual(ids)
    expect(file.run.interrupted).toBeUndefined()
    expect(file.grades.slice(0, kept.grades.length)).toEqual(kept.grades)
    expect((await readdir(run)).filter((name) => name.startsWith('.'))).toEqual([])
  } finally {
    await execa('umount', ['-l', small])
  }
}, 300_000)
