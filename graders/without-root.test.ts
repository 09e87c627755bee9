import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { expect, test } from 'vitest'
import { type CheckRecord, gradesFileSchema } from './model/grade.ts'
import { makeInbox, quickDockerfile } from './test-runs.ts'

/** A student on a machine of their own: may talk to the engine, and is not root. */

const root = fileURLToPath(new URL('../', import.meta.url))
const socket = '/var/run/docker.sock'
const nobody = 65_534
const canBecomeNobody =
  process.getuid?.() === 0 &&
  (await stat(socket).then(
    () => true,
    () => false,
  ))
const skipped = canBecomeNobody ? '' : ' (skipped: becoming another user needs root and an engine at its usual socket)'

/** Runs `cgrade` as a user without root and sudo, with the group of the engine's socket. */
async function startAsNobody(words: string[], env: Record<string, string> = {}) {
  const home = await mkdtemp(join(tmpdir(), 'cgrade-nobody-'))
  await execa('chown', [String(nobody), home])
  const group = (await stat(socket)).gid
  const ids = ['--reuid', String(nobody), '--regid', String(nobody), '--groups', String(group)]
  try {
    return await execa('setpriv', [...ids, process.execPath, join(root, 'graders/cli.ts'), ...words], {
      cwd: root,
      env: { HOME: home, PATH: process.env.PATH ?? '', NO_COLOR: '1', ...env },
      extendEnv: false,
      reject: false,
      stdin: 'ignore',
    })
  } finally {
    await rm(home, { recursive: true, force: true })
  }
}

const files = {
  Dockerfile: quickDockerfile,
  'cgrade.yml': 'httpserver: {dockerfile: Dockerfile}\nmemory: {dockerfile: malloc.Dockerfile, script: cgroup.sh}\n',
  'malloc.Dockerfile': 'FROM busybox\nCMD ["tail", "/dev/zero"]\n',
  'cgroup.sh': `cd /sys/fs/cgroup/memory && mkdir memorydemo && cd memorydemo
pidof malloc > cgroup.procs
echo 104960000 > memory.limit_in_bytes
`,
}

async function checkAsNobody(env: Record<string, string>) {
  await using inbox = await makeInbox()
  await inbox.add('mine', files, { server: true })
  await execa('chmod', ['-R', 'a+rX', join(inbox.folder, '..')])
  const folder = join(inbox.folder, 'mine')
  const [json, text] = [
    await startAsNobody(['check', folder, '--json'], env),
    await startAsNobody(['check', folder], env),
  ]
  const [grade] = gradesFileSchema.parse(JSON.parse(json.stdout)).grades
  if (grade === undefined) throw new Error(json.stderr)
  const checks = new Map<string, CheckRecord>(
    grade.exercises.flatMap((exercise) => exercise.checks).map((check) => [check.id, check]),
  )
  return { grade, checks, text: text.stdout }
}

test.skipIf(!canBecomeNobody)(`a user without root is graded through the probe container${skipped}`, async () => {
  const { checks } = await checkAsNobody({})
  for (const id of ['httpserver.serves', 'network.container-ip', 'memory.grows', 'memory.oom-killed']) {
    expect(checks.get(id), id).toMatchObject({ outcome: 'passed' })
  }
})

test.skipIf(!canBecomeNobody)(
  `without any observer the rest is graded, and the report says what was left out and how to enable it${skipped}`,
  async () => {
    // The host alone may look, and this user is not its root.
    const { grade, checks, text } = await checkAsNobody({ CGRADE_OBSERVER: 'host' })
    expect(grade).toMatchObject({ status: 'graded' })
    expect(checks.get('httpserver.serves')).toMatchObject({ outcome: 'passed', points: 10 })
    expect(checks.get('memory.builds')).toMatchObject({ outcome: 'passed', points: 4 })
    for (const id of ['network.container-ip', 'memory.oom-killed', 'memory.cgroup-script']) {
      expect(checks.get(id), id).toMatchObject({ outcome: 'skipped', unavailable: expect.stringMatching(/root|sudo/) })
      expect(checks.get(id), id).not.toHaveProperty('points')
    }
    expect(text).toMatch(/not counted: .*(root|sudo)/s)
  },
)
