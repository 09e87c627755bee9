import { mkdir, readdir, rmdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Engine } from './engine.ts'

const cgroupRoot = '/sys/fs/cgroup'
const ourGroup = 'cgrade'
let opened = 0

export interface BuildGroup extends AsyncDisposable {
  /** Cgroup parent for the builder; undefined where this host does not let us make one (`doctor` says so). */
  parent: string | undefined
}

/**
 * A cgroup of ours around one build: the builder has no limit on processes of its own. Needs root and an engine with the
 * cgroupfs driver on this machine.
 */
export async function openBuildGroup(engine: Engine, pids: number): Promise<BuildGroup> {
  if (!canGroupBuilds(engine)) return { parent: undefined, [Symbol.asyncDispose]: async () => {} }
  opened += 1
  const name = `${process.pid}-${opened}`
  const base = join(cgroupRoot, engine.cgroupVersion === 2 ? '' : 'pids', ourGroup)
  await mkdir(join(base, name), { recursive: true })
  if (engine.cgroupVersion === 2) await writeFile(join(base, 'cgroup.subtree_control'), '+memory +pids +cpu')
  await writeFile(join(base, name, 'pids.max'), String(pids))
  return { parent: `/${ourGroup}/${name}`, [Symbol.asyncDispose]: () => removeGroup(name) }
}

export function canGroupBuilds(engine: Engine): boolean {
  return engine.local && engine.cgroupDriver === 'cgroupfs' && process.getuid?.() === 0
}

/** The engine makes the same group under every controller; it removes its own below it, never ours. */
async function removeGroup(name: string): Promise<void> {
  for (const controller of await controllers()) {
    await removeTree(join(cgroupRoot, controller, ourGroup, name))
    await rmdir(join(cgroupRoot, controller, ourGroup)).catch(() => {})
  }
}

/** Removes groups whose grader is gone. */
export async function reapBuildGroups(isGone: (pid: number) => boolean): Promise<void> {
  for (const controller of await controllers()) {
    for (const name of await readdir(join(cgroupRoot, controller, ourGroup)).catch(() => [])) {
      const pid = /^(\d+)-\d+$/.exec(name)?.[1]
      if (pid !== undefined && isGone(Number(pid))) await removeGroup(name)
    }
  }
}

async function controllers(): Promise<string[]> {
  const entries = await readdir(cgroupRoot, { withFileTypes: true }).catch(() => [])
  // '' is the root itself: the only hierarchy on cgroup v2.
  return ['', ...entries.filter((entry) => entry.isDirectory() && entry.name !== ourGroup).map((entry) => entry.name)]
}

async function removeTree(folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  for (const entry of entries) if (entry.isDirectory()) await removeTree(join(folder, entry.name))
  await rmdir(folder).catch(() => {})
}
