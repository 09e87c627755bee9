import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Engine } from '../engine.ts'
import { runOnHost } from '../host.ts'
import { keepScript } from './keep-script.ts'
import { answerLoop, watchScript } from './watch-script.ts'

const top = '/sys/fs/cgroup'
const sweepTimeoutMs = 60_000

/**
 * Removes the groups of keepers that were killed before they could do it themselves. A keeper that starts does just that; on
 * a machine that gives us no root, the next one in a container will.
 */
export async function sweepSubtrees(engine: Engine): Promise<void> {
  if (!engine.local || !(await isAnyThere())) return
  const script = watchScript + keepScript + answerLoop
  const args = ['-c', script, 'cgrade-observer', String(engine.cgroupVersion), engine.cgroupDriver]
  await runOnHost('sh', args, { asRoot: true, timeoutMs: sweepTimeoutMs })
}

/** Groups are named after their keeper: `cgrade/<pid>-<n>-<purpose>`, or `cgrade_<pid>_<n>_<purpose>.slice` under systemd. */
async function isAnyThere(): Promise<boolean> {
  const hierarchies = ['', 'memory', 'pids', 'systemd']
  const names = await Promise.all(
    hierarchies.flatMap((hierarchy) => [join(top, hierarchy), join(top, hierarchy, 'cgrade')]).map(listFolder),
  )
  return names.flat().some((name) => /^\d+-\d+-|^cgrade_\d+_\d+_/.test(name))
}

async function listFolder(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => [])
}
