import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import type { CgroupTrial, Jail, MemoryRun, ScriptEnd, UnpackedRootfs } from '../model/observations.ts'
import { judgeCgroupScript } from '../spec-kit/judge-cgroup-script.ts'
import { judgeEvidence } from '../spec-kit/judge-evidence.ts'
import { judgeJail } from '../spec-kit/judge-jail.ts'
import { judgeGrowth, judgeOomKill } from '../spec-kit/judge-memory.ts'
import { judgeRootfs } from '../spec-kit/judge-rootfs.ts'
import { limitBytes, memoryRun } from '../spec-kit/test-memory-run.ts'
import { shows } from '../stages/evidence/run-nsenter-script.ts'

/** What programs and scripts of the exercises for root pretend, before our judges, and before judges who believe it. */

const run = memoryRun()
const printing = (output: string): ScriptEnd => ({ how: 'exited', exitCode: 0, output })

test('H04 control: a judge of exit codes takes 137 for a kill of the kernel', () => {
  const forged: MemoryRun = { ...run, ended: 'exited', exitCode: 137, waitedMs: 30 }
  const judgeNaively = ({ exitCode }: MemoryRun) => exitCode === 137
  expect(judgeNaively(forged)).toBe(true)
  expect(judgeOomKill(forged)).toMatchObject({ outcome: 'failed', reason: 'memory.only-exit-code' })
})

test('H89 control: a judge of address space, or of what is printed, sees memory that nobody has', () => {
  const reserved: MemoryRun = { ...run, virtualBytes: 400e6 }
  const judgeBySpace = ({ virtualBytes }: MemoryRun) => virtualBytes > limitBytes
  const judgeByOutput = ({ output }: MemoryRun) => /100\s*Mb/i.test(output)
  expect([judgeBySpace(reserved), judgeByOutput(reserved)]).toEqual([true, true])
  expect(judgeGrowth(reserved, limitBytes)).toMatchObject({ outcome: 'failed', reason: 'memory.not-touched' })
  expect(judgeGrowth(run, limitBytes)).toMatchObject({ outcome: 'failed', reason: 'memory.no-growth' })
})

test('H91 control: a judge who looks for any address takes that of a trojan `ip`', async () => {
  const trojan = new URL('../../submissions/hostile/H91-trojan-ip/submission/ip', import.meta.url)
  const [, printed = ''] = /echo '(\[.*)'/.exec(await readFile(trojan, 'utf8')) ?? []
  const [link] = JSON.parse(printed)
  expect(link).toMatchObject({ ifname: 'eth0', addr_info: [{ local: '6.6.6.6' }] })
  const output = `2: eth0    inet ${link.addr_info[0].local}/16 scope global eth0`
  const judgeNaively = (text: string) => /inet \d+\.\d+\.\d+\.\d+/.test(text)
  expect(judgeNaively(output)).toBe(true)
  const address = '10.77.3.9'
  const facts = { kind: 'script' as const, file: 'nsenter.sh', address, end: printing(output), notes: [] }
  expect(judgeEvidence({ ...facts, printed: shows(output, address) })).toMatchObject({
    outcome: 'failed',
    reason: 'network.script-shows-nothing',
  })
})

test('H92 control: a judge who only asks whether `ls` ran passes one that is not `ls`', () => {
  const trojan: Jail = {
    script: 'chroot.sh',
    root: '/tmp/mypath',
    bashRuns: true,
    lsRuns: true,
    listed: ['bin', 'lib', 'lib64'],
    present: ['bin', 'cedar-3f9a1c', 'lib', 'lib64'],
    nonces: ['cedar-3f9a1c'],
    otherCommands: [],
    outsideSeen: [],
    end: printing('bin lib lib64'),
    notes: [],
  }
  const judgeNaively = ({ bashRuns, lsRuns, listed }: Jail) => bashRuns && lsRuns && listed.includes('bin')
  expect(judgeNaively(trojan)).toBe(true)
  expect(judgeJail(trojan)).toMatchObject({ outcome: 'failed', reason: 'chroot.wrong-list' })
})

test("H93 control: a judge of what a script prints takes the script's word in all three exercises", () => {
  const says = 'memorydemo: oom_kill 1\nKilled process 7 (malloc)\nbash-5.2# ls /\nbin lib lib64\n/ # ls\nbin dev etc'
  const end = printing(says)
  const judgeNaively = ({ output }: ScriptEnd) =>
    [/killed/i, /bash.*# ls/, /^bin dev etc$/m].map((one) => one.test(output))
  expect(judgeNaively(end)).toEqual([true, true, true])

  const trial: CgroupTrial = {
    ...{ script: 'cgroup.sh', cgroupVersion: 1, ranIn: 'container', groups: [], killed: false, end, notes: [] },
  }
  const nothing = { script: 'x.sh', end, notes: [], listed: [] }
  const jail: Jail = {
    ...nothing,
    ...{ bashRuns: false, lsRuns: false, present: [], nonces: [], otherCommands: [], outsideSeen: [] },
  }
  const rootfs: UnpackedRootfs = {
    ...nothing,
    ...{ layout: 'oci', marker: 'amber-1', markerFound: false, shellRuns: false },
  }
  expect([judgeCgroupScript(trial, limitBytes), judgeJail(jail), judgeRootfs(rootfs)]).toMatchObject([
    { outcome: 'failed', reason: 'cgroup-script.no-group' },
    { outcome: 'failed', reason: 'chroot.no-root' },
    { outcome: 'failed', reason: 'rootfs.no-root' },
  ])
})
