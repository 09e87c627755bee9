import { describe, expect, test } from 'vitest'
import type { CgroupTrial } from '../../model/observations.ts'
import { machineMissing, machineReady } from '../../sandbox/machine/script-machine.ts'
import { judgeCgroupScript } from '../../spec-kit/judge-cgroup-script.ts'
import type { ExerciseBench } from '../exercise-bench.ts'
import { withIntake } from '../intake/test-submission.ts'
import { tryInMachine } from './cgroup-in-machine.ts'
import { findScript } from './find-script.ts'

const askedBytes = 104_960_000
const pidOf = "ps -ef | grep malloc | grep -v grep | awk '{print $2}'"
const versionOne = `cd /sys/fs/cgroup/memory
mkdir memorydemo
cd memorydemo
${pidOf} > cgroup.procs
echo 104960000 > memory.limit_in_bytes
echo 0 > memory.swappiness
`
const versionTwo = `mkdir /sys/fs/cgroup/memorydemo
cd /sys/fs/cgroup/memorydemo
${pidOf} > cgroup.procs
echo 104960000 > memory.max
echo 0 > memory.swap.max
`

const why = (await machineMissing(1)) ?? ((await machineReady(1)) ? undefined : 'it is not prepared')
const title = `in a virtual machine${why === undefined ? '' : ` [skipped: ${why}]`}`

async function trialOf(cgroup: 1 | 2, text: string): Promise<CgroupTrial> {
  return withIntake({ 'cgroup.sh': text }, (intake) => {
    const script = intake.ok ? findScript(intake.submission, 'cgroup') : undefined
    if (!intake.ok || script === undefined) throw new Error('no script')
    const bench = { signal: new AbortController().signal } as ExerciseBench
    const order = { submission: intake.submission, script, cgroup, askedBytes, timeoutMs: 60_000, resident: true }
    return tryInMachine(bench, order)
  })
}

describe.skipIf(why !== undefined)(title, { timeout: 240_000 }, () => {
  test("the handout's commands pass on cgroup v1, with a kill by its kernel that a tidy script cannot hide", async () => {
    const trial = await trialOf(1, `${versionOne}while pidof malloc; do sleep 0.1; done\ncd ..; rmdir memorydemo; true`)
    expect(trial).toMatchObject({ ranIn: 'machine', cgroupVersion: 1, killed: true })
    expect(judgeCgroupScript(trial, askedBytes), JSON.stringify(trial)).toMatchObject({ outcome: 'passed' })
  })

  test('their v2 spelling passes on cgroup v2, where a script that waits for ever is ended', async () => {
    const trial = await trialOf(2, `${versionTwo}sleep 1000`)
    expect(trial).toMatchObject({ cgroupVersion: 2, killed: true, end: { how: 'stopped' } })
    expect(judgeCgroupScript(trial, askedBytes), JSON.stringify(trial)).toMatchObject({ outcome: 'passed' })
  })
})
