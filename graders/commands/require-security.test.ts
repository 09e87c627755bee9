import { describe, expect, test } from 'vitest'
import { assignmentSchema } from '../model/assignment.ts'
import type { SecurityLevel } from '../model/security-level.ts'
import { confinementOf, type SecurityFacts } from '../sandbox/doctor/examine-security.ts'
import type { Course } from '../stages/specs/load-assignment.ts'
import { makeInbox, quickDockerfile, startCgrade } from '../test-runs.ts'
import { parseSecurityLevel } from './grading-options.ts'
import { recordIo } from './recorded-io.ts'
import { requireSecurity } from './require-security.ts'

/** Reaches `basic`, not `strict`. */
const basicMachine: SecurityFacts = {
  components: [{ name: 'runc', version: '1.4.3', changelog: undefined }],
  confinement: confinementOf(['name=seccomp,profile=builtin']),
  local: true,
  limits: { memory: true, cpu: true, pids: true },
  limitsBuildProcesses: true,
  firewall: { available: true, seen: 'a rule for each run' },
  disk: { folder: '/var/lib/docker', itsOwn: true },
  kernel: undefined,
  cgroupVersion: 2,
}

function courseThatAsks(level?: string): Course {
  const exercises = [{ id: 'one', title: 'One', checks: [{ id: 'one.works', points: 1 }] }]
  const assignment = assignmentSchema.parse({
    id: 'asks',
    title: 'Asks',
    exercises,
    ...(level === undefined ? {} : { limits: { requireSecurity: level } }),
  })
  return { assignment, folder: '/nowhere', specFiles: [], specsDigest: '', judgingDigest: '' }
}

async function ask(onCommandLine: SecurityLevel | undefined, inAssignment?: string, facts = basicMachine) {
  const io = recordIo()
  let looked = false
  const collect = async () => {
    looked = true
    return facts
  }
  const refusal = await requireSecurity(onCommandLine, courseThatAsks(inAssignment), io, collect).then(
    () => undefined,
    (thrown) => thrown as { code: string; message: string },
  )
  return { refusal: refusal?.code, told: io.stderr(), out: io.stdout(), looked }
}

describe('a security level that is asked for', () => {
  test('by nobody is not looked for', async () => {
    expect(await ask(undefined)).toMatchObject({ refusal: undefined, looked: false, told: '' })
  })

  test('and reached lets the run begin', async () => {
    expect(await ask('basic')).toMatchObject({ refusal: undefined, told: '' })
    expect(await ask(undefined, 'basic')).toMatchObject({ refusal: undefined, looked: true })
  })

  test('and not reached refuses the run, with each missing thing and its fix', async () => {
    const { refusal, told, out } = await ask('strict')
    expect(refusal).toBe('security.below-level')
    expect(told).toMatch(/User namespaces/)
    expect(told).toMatch(/userns-remap/)
    expect(told).toMatch(/AppArmor/)
    expect(told).toMatch(/2 things/)
    expect(out).toBe('')
  })

  test('by the assignment cannot be lowered by the command line, nor the other way round', async () => {
    expect((await ask('basic', 'strict')).refusal).toBe('security.below-level')
    expect((await ask('strict', 'basic')).refusal).toBe('security.below-level')
  })

  test('and misspelt is told with the nearest one', () => {
    expect(() => parseSecurityLevel('strikt')).toThrow(/`basic` or `strict`, got `strikt`. Did you mean `strict`\?/)
    expect(() => courseThatAsks('basics')).toThrow(/expects `basic` or `strict`, got `basics`. Did you mean `basic`\?/)
  })
})

test('H56: a machine that does not reach the level grades nothing, and one that does grades as ever', async () => {
  await using inbox = await makeInbox()
  await inbox.add('a', { Dockerfile: quickDockerfile }, { server: true })
  const seen = await startCgrade(['doctor', '--security', '--json'])
  const { level } = JSON.parse(seen.stdout) as { level: string }
  expect(seen.exitCode).toBe(level === 'none' ? 3 : 0)
  const ended = await startCgrade(['batch', inbox.folder, '--out', inbox.reports, '--require-security', 'strict'])
  if (level === 'strict') {
    expect(ended.exitCode, ended.stderr).toBe(0)
    return
  }
  expect(ended.exitCode, ended.stderr).toBe(3)
  expect(ended.stdout).toBe('')
  expect(ended.stderr).toMatch(/does not reach the security level `strict`; nothing was graded/)
  await expect(inbox.grades()).rejects.toThrow()
}, 120_000)
