import { afterAll, describe, expect, test } from 'vitest'
import { assignmentSchema, type Exercise } from '../../model/assignment.ts'
import type { CgroupTrial, Observation } from '../../model/observations.ts'
import { createBaseImages } from '../../sandbox/bases/base-images.ts'
import { connectEngine, ownerLabel, ownerOfThisProcess, roleLabel, runLabel } from '../../sandbox/engine.ts'
import { openObserver } from '../../sandbox/observer/open-observer.ts'
import { judgeCgroupScript } from '../../spec-kit/judge-cgroup-script.ts'
import type { ExerciseBench } from '../exercise-bench.ts'
import { type Files, withIntake } from '../intake/test-submission.ts'
import { observeCgroupScript } from './observe-cgroup-script.ts'

const engine = await connectEngine()
const labels = { [runLabel]: `cgroup-script-test-${process.pid}`, [ownerLabel]: await ownerOfThisProcess() }
const bases = createBaseImages(engine, { standIns: true, say: () => {}, runLabels: labels })
const { signal } = new AbortController()
const choice = await openObserver({ engine, bases, labels, signal })
const bench = {
  engine,
  bases,
  labels,
  signal,
  seed: 'test',
  kernel: 'host',
  progress: { stage() {}, message() {}, check() {} },
  observer: async () => choice,
} as unknown as ExerciseBench

const limitBytes = 104_960_000
const [exercise] = assignmentSchema.parse({
  id: 'a',
  title: 't',
  exercises: [
    {
      id: 'memory',
      title: 't',
      kind: 'memory',
      memory: { limitBytes, scriptTimeoutMs: 8_000 },
      checks: [{ id: 'memory.cgroup-script', points: 1 }],
    },
  ],
}).exercises as [Exercise]

afterAll(async () => {
  await choice.observer?.[Symbol.asyncDispose]()
  await bases.dispose()
})

async function observe(script: string, files: Files = {}): Promise<Observation<CgroupTrial>> {
  return withIntake({ 'cgroup.sh': script, ...files }, (intake) => {
    if (!intake.ok) throw new Error(intake.fault.message)
    return observeCgroupScript(bench, intake.submission, exercise)
  })
}

async function trialOf(script: string, files: Files = {}): Promise<CgroupTrial> {
  const seen = await observe(script, files)
  if (seen.state !== 'seen') throw new Error(JSON.stringify(seen))
  return seen.facts
}

/** What the script is written with, for the kernel that this machine has. */
const isOne = engine.cgroupVersion === 1
const root = isOne ? '/sys/fs/cgroup/memory' : '/sys/fs/cgroup'
const limitFile = isOne ? 'memory.limit_in_bytes' : 'memory.max'
const swapFile = isOne ? 'memory.swappiness' : 'memory.swap.max'
const pidOf = "ps -ef | grep malloc | grep -v grep | awk '{print $2}'"
const handout = `cd ${root}
mkdir memorydemo
cd memorydemo
${pidOf} > cgroup.procs
echo 104960000 > ${limitFile}
echo 0 > ${swapFile}
`

describe.concurrent('with what a kernel does', { timeout: 60_000 }, () => {
  test("the handout's commands, pasted as they are, have malloc killed", async () => {
    const trial = await trialOf(handout)
    expect(trial).toMatchObject({ ranIn: 'container', killed: true, end: { how: 'exited', exitCode: 0 } })
    expect(trial.groups).toEqual([expect.objectContaining({ path: 'memorydemo', limitBytes, held: true, oomKills: 1 })])
    expect(judgeCgroupScript(trial, limitBytes)).toMatchObject({ outcome: 'passed' })
  })

  test.each([
    [
      'the limit comes before the process',
      `mkdir -p ${root}/a && echo 100M > ${root}/a/${limitFile}\nfor p in $(pidof malloc); do echo $p > ${root}/a/cgroup.procs; done`,
    ],
    [
      'it waits for the kill, and tidies up',
      `${handout}while pidof malloc; do sleep 0.2; done\ncat memory.*; sleep 1; cd ..; rmdir memorydemo`,
    ],
    ['it waits for ever', `${handout}while true; do cat cgroup.procs; sleep 1; done`],
    ['it builds and starts its own', `go build -o malloc\n./malloc &\nsleep 0.5\n${handout}`],
    ['it starts its own in the foreground', `./malloc\ntop\n${handout}`],
    [
      'it starts its own in its group',
      `sudo mkdir ${root}/b; echo 104857600 | sudo tee ${root}/b/${limitFile}; echo $$ > ${root}/b/cgroup.procs; exec ./malloc`,
    ],
    [
      'all of the exercise is pasted, with what the program printed',
      `go build -o malloc\n./malloc\n\nAllocating 100Mb memory, raw memory is 104960000\nAllocating 200Mb memory, raw memory is 209920000\ntop\n${handout}`,
    ],
    [
      'the group is a group of a group',
      `mkdir -p ${root}/c/d; ${isOne ? '' : `echo +memory > ${root}/c/cgroup.subtree_control;`} echo 104960000 > ${root}/c/${limitFile}; pgrep malloc > ${root}/c/d/cgroup.procs`,
    ],
    ['its lines end as on Windows', handout.replaceAll('\n', '\r\n')],
  ])('passes where %s', async (_name, script) => {
    const trial = await trialOf(script)
    expect(judgeCgroupScript(trial, limitBytes), JSON.stringify(trial)).toMatchObject({ outcome: 'passed' })
  })

  test('passes where the script and its folder are called as the program is', async () => {
    const files = { 'malloc/cgroup-malloc.sh': handout, 'malloc/malloc.go': 'package main\n' }
    const seen = await withIntake(files, (intake) => {
      if (!intake.ok) throw new Error(intake.fault.message)
      return observeCgroupScript(bench, intake.submission, exercise)
    })
    expect(seen).toMatchObject({ state: 'seen', facts: { script: 'malloc/cgroup-malloc.sh', killed: true } })
  })

  test.runIf(isOne)('passes where cgcreate, cgset and cgclassify do it', async () => {
    const trial = await trialOf(
      'cgcreate -g memory:tools; cgset -r memory.limit_in_bytes=104960000 tools; cgclassify -g memory:tools $(pidof malloc)',
    )
    expect(judgeCgroupScript(trial, limitBytes), JSON.stringify(trial)).toMatchObject({ outcome: 'passed' })
  })

  test.each([
    ["makes the course's own mistake", handout.replace('ps -ef', 'echo ps -ef'), 'cgroup-script.no-process'],
    [
      'prints only',
      `echo "mkdir ${root}/memorydemo"; echo malloc was killed; # ${limitFile}`,
      'cgroup-script.no-group',
    ],
    ['sets another limit', handout.replace('104960000', '204960000'), 'cgroup-script.other-limit'],
    ['sets no limit', handout.replace(/echo 104960000.*\n/, ''), 'cgroup-script.no-limit'],
    ['moves itself only', handout.replace(pidOf, 'echo $$'), 'cgroup-script.no-process'],
    ['stops malloc itself', `${handout}sleep 0.3; kill -9 $(pidof malloc)`, 'cgroup-script.not-killed'],
    ['breaks off', `set -e\ncd ${root}/nowhere\n${handout}`, 'cgroup-script.failed'],
    ['waits for ever before it does anything', `sleep 100\n${handout}`, 'script.timeout'],
  ])('fails where it %s', async (_name, script, reason) => {
    const trial = await trialOf(script)
    const verdict = judgeCgroupScript(trial, limitBytes)
    expect(verdict, JSON.stringify(trial)).toMatchObject({ outcome: 'failed', reason })
    expect(verdict.hint).toBeTruthy()
  })

  test.runIf(isOne)('fails where it forbids the kernel to kill', async () => {
    const trial = await trialOf(`${handout}echo 1 > memory.oom_control`)
    const verdict = judgeCgroupScript(trial, limitBytes)
    expect(verdict, JSON.stringify(trial)).toMatchObject({ outcome: 'failed', reason: 'cgroup-script.not-killed' })
    expect(verdict.hint).toContain('memory.oom_control')
  })

  test('ten thousand groups are stopped early', async () => {
    const trial = await trialOf(`cd ${root}; for i in {1..100}; do mkdir -p g{1..10000}; done; sleep 100`)
    expect(trial.end.how).not.toBe('exited')
    expect(trial.groups.length).toBeLessThan(65)
    expect(judgeCgroupScript(trial, limitBytes).outcome).toBe('failed')
  })
})

test('a script for the other kernel costs nothing, and says how it is judged', async () => {
  const other = isOne ? 2 : 1
  const script = isOne ? 'echo 104960000 > /sys/fs/cgroup/x/memory.max' : 'echo 1 > /sys/fs/cgroup/memory/x/tasks'
  expect(await observe(`cat /sys/fs/cgroup/x/cgroup.procs\n${script}\n`)).toEqual({
    state: 'unavailable',
    why: `the script is written for cgroup v${other}, and this machine has cgroup v${engine.cgroupVersion}; grade it with \`--kernel v${other}\``,
  })
})

test('where none was handed in there is nothing to judge', async () => {
  const seen = await withIntake({ 'main.go': 'package main\n' }, (intake) => {
    if (!intake.ok) throw new Error(intake.fault.message)
    return observeCgroupScript(bench, intake.submission, exercise)
  })
  expect(seen).toMatchObject({ state: 'unavailable' })
})

test('nothing is left of them', async () => {
  const filters = { label: [`${runLabel}=${labels[runLabel]}`, `${roleLabel}=script-box`] }
  expect(await engine.docker.listContainers({ all: true, filters })).toEqual([])
})
