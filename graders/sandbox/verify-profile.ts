import { readFile } from 'node:fs/promises'
import type { ContainerInspectInfo, HostConfig } from 'dockerode'
import type { Engine } from './engine.ts'
import { groupOf, notInForce } from './limits.ts'

/** In the kernel's order: the number of a capability is its bit. */
const capabilities =
  'CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE'.split(
    ' ',
  )

/**
 * Reads back that the rest of a container's profile is in force, beside memory and processes (`verifyLimits`): processor
 * time, swap, capabilities, no new privileges and core dumps from the kernel where its process is ours to see; size and kind
 * of the log and what was never asked for from the engine. Throws `limit.not-in-force`.
 */
export async function verifyProfile(engine: Engine, inspected: ContainerInspectInfo, asked: HostConfig): Promise<void> {
  // Others answer in words of their own; what they keep of it the kernel shows.
  if (engine.name === 'docker') verifyKept(inspected.HostConfig, asked)
  if (!engine.local || !inspected.State.Running) return
  const process = `/proc/${inspected.State.Pid}`
  const [status, limits, groups] = await Promise.all(
    ['status', 'limits', 'cgroup'].map((file) => readFile(`${process}/${file}`, 'utf8').catch(() => '')),
  )
  // Another machine's process, or one that has just ended.
  if (!groups?.includes(inspected.Id)) return
  verifyRights(status ?? '', limits ?? '', asked)
  await verifyGroup(engine, inspected.Id, groups, asked)
}

function verifyKept(kept: HostConfig, asked: HostConfig): void {
  const log = kept.LogConfig
  verify('the log', log?.Type === asked.LogConfig?.Type && same(log?.Config, asked.LogConfig?.Config), log)
  verify('rights', kept.Privileged !== true, 'privileged')
  verify('mounts', (kept.Binds ?? []).length === 0 && (kept.Mounts ?? []).length === 0, kept.Binds ?? kept.Mounts)
  verify('devices', (kept.Devices ?? []).length === 0, kept.Devices)
  const shared = [kept.PidMode, kept.UTSMode, kept.NetworkMode].filter((mode) => mode === 'host')
  verify('namespaces', shared.length === 0 && kept.IpcMode === asked.IpcMode, [...shared, kept.IpcMode])
  verify('restarts', ['', 'no'].includes(kept.RestartPolicy?.Name ?? ''), kept.RestartPolicy)
}

function verifyRights(status: string, limits: string, asked: HostConfig): void {
  const told = (name: string) => new RegExp(`^${name}:\\s*(\\S+)`, 'm').exec(status)?.[1]
  const allowed = ((asked.CapAdd ?? []) as string[]).reduce((mask, name) => mask | bitOf(name), 0n)
  const held = told('CapBnd')
  if (held !== undefined) verify('capabilities', (BigInt(`0x${held}`) & ~allowed) === 0n, held)
  const noNew = told('NoNewPrivs')
  if (noNew !== undefined) verify('new privileges', noNew === '1', noNew)
  const core = /^Max core file size\s+(\S+)\s+(\S+)/m.exec(limits)
  if (core !== null) verify('core dumps', core[1] === '0' && core[2] === '0', core[0])
}

async function verifyGroup(engine: Engine, id: string, groups: string, asked: HostConfig): Promise<void> {
  const version2 = engine.cgroupVersion === 2
  const read = async (controller: string, file: string) => {
    const path = groupOf(groups, version2 ? '' : controller)
    if (!path.includes(id)) return undefined
    const text = await readFile(`/sys/fs/cgroup${version2 ? '' : `/${controller}`}${path}/${file}`, 'utf8').catch(
      () => undefined,
    )
    return text?.trim()
  }
  const share = (asked.NanoCpus ?? 0) / 1e9
  const [quota, period] = version2
    ? ((await read('', 'cpu.max'))?.split(' ') ?? [])
    : await Promise.all([read('cpu', 'cpu.cfs_quota_us'), read('cpu', 'cpu.cfs_period_us')])
  if (quota !== undefined && period !== undefined)
    verify('processor time', Math.abs(Number(quota) / Number(period) - share) < 0.01, `${quota} of ${period}`)
  // Not there: this kernel counts no swap, and `doctor` tells whether it has any.
  const swap = await (version2 ? read('', 'memory.swap.max') : read('memory', 'memory.memsw.limit_in_bytes'))
  const most = version2 ? 0 : (asked.MemorySwap ?? 0)
  if (swap !== undefined) verify('swap', Number(swap) <= most, swap)
}

function bitOf(name: string): bigint {
  return 1n << BigInt(capabilities.indexOf(name))
}

function same(kept: unknown, asked: unknown): boolean {
  const sorted = (value: unknown) => JSON.stringify(Object.entries(value ?? {}).sort())
  return sorted(kept) === sorted(asked)
}

function verify(what: string, holds: boolean, seen: unknown): void {
  if (holds) return
  const shown = typeof seen === 'string' ? seen : JSON.stringify(seen)
  throw notInForce(what, shown?.slice(0, 200) ?? 'nothing')
}
