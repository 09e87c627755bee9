import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { gradesFileSchema } from './model/grade.ts'
import { connectEngine } from './sandbox/engine.ts'
import { copySubmission } from './test-expected-grades.ts'
import { makeInbox, quickDockerfile, startCgrade } from './test-runs.ts'
import { comparableGrades } from './test-same-grades.ts'

/** How many are graded at once is nobody's business but the machine's. */

beforeAll(async () => {
  await connectEngine()
})

/** Without a compiler: servers, programs and scripts, that are right and that are not. */
const few = ['wrong-busybox-httpd', 'stops-localhost-of-config', 'stops-dockerfile-typo', 'stops-no-dockerfile']
const many = [
  ...few,
  'partial-unfinished-log-without-status',
  'right-committed-binary',
  'right-memory-busybox-tail',
  'right-cgroup-both-spellings',
  'rejected-empty-folder',
  'stops-binary-not-handed-in',
  'wrong-chroot-no-ls',
  'wrong-echo-joined-in-one-header',
  'wrong-log-address-of-this-machine',
  'wrong-memory-only-prints',
  'wrong-static-files',
]
const nightly = process.env.CGRADE_NIGHTLY !== undefined
const cases = nightly ? many : few
const allJobs = nightly ? [2, 4, 8] : [4]

const why = nightly ? '' : ' (skipped: nightly)'
test.skipIf(!nightly)(
  `grades of --jobs 1 and ${allJobs.join(', ')} are equal to the last byte, but for times and ids${why}`,
  async () => {
    await using inbox = await makeInbox()
    for (const name of cases) await copySubmission(name, join(inbox.folder, name))
    for (const id of ['quick', 'quick-copy']) await inbox.add(id, { Dockerfile: quickDockerfile }, { server: true })
    const gradeAtOnce = async (jobs: number) => {
      const out = join(inbox.reports, String(jobs))
      const words = ['batch', inbox.folder, '--out', out, '--jobs', String(jobs), '--seed', 'invariance']
      const ended = await startCgrade(words)
      expect(ended.exitCode, ended.stderr).toBe(0)
      const file = gradesFileSchema.parse(JSON.parse(await readFile(join(out, 'grades.json'), 'utf8')))
      expect(file.grades).toHaveLength(cases.length + 2)
      return JSON.stringify(comparableGrades(file), undefined, 1)
    }
    const alone = await gradeAtOnce(1)
    for (const jobs of allJobs) expect(await gradeAtOnce(jobs)).toBe(alone)
  },
  1_200_000,
)
