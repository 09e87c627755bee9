import { canGroupBuilds } from '../build-group.ts'
import { connectEngine, type Engine } from '../engine.ts'
import { type EngineTold, examineComponents } from './examine-components.ts'
import { examineFirewall, type FirewallFacts } from './examine-firewall.ts'
import { examineKernel, isDiskOfItsOwn, type KernelFacts } from './examine-kernel.ts'
import type { Component } from './match-holes.ts'

/** What holds a hostile submission on this machine; judged by `commands/diagnose-security.ts`. */
export interface SecurityFacts {
  components: Component[]
  confinement: Confinement
  /** The engine runs on this machine, so that what follows is about the same kernel and disk. */
  local: boolean
  limits: { memory: boolean; cpu: boolean; pids: boolean }
  /** Whether processes of a build can be counted and stopped. */
  limitsBuildProcesses: boolean
  firewall: FirewallFacts
  /** Undefined where the engine runs elsewhere. */
  disk: { folder: string; itsOwn: boolean | undefined } | undefined
  kernel: KernelFacts | undefined
  cgroupVersion: 1 | 2
}

/** As the engine tells it in its security options. */
export interface Confinement {
  userNamespaces: 'rootless' | 'remapped' | 'none'
  /** `custom`: a profile of this machine's own. */
  seccomp: 'default' | 'custom' | 'none'
  module: 'apparmor' | 'selinux' | undefined
}

interface EngineInfo {
  SecurityOptions?: string[]
  MemoryLimit?: boolean
  CpuCfsQuota?: boolean
  PidsLimit?: boolean
  DockerRootDir?: string
  KernelVersion?: string
  DefaultRuntime?: string
}

/** Throws a GraderError where no engine answers. Starts no container. */
export async function collectSecurity(): Promise<SecurityFacts> {
  const engine = await connectEngine()
  const info = (await engine.docker.info()) as EngineInfo
  const version = (await engine.docker.version()) as Pick<EngineTold, 'Components'>
  const told: EngineTold = { ...info, Components: version.Components ?? [] }
  const [components, firewall, kernel, disk] = await Promise.all([
    examineComponents(engine, told),
    examineFirewall(engine),
    engine.local ? examineKernel() : undefined,
    diskOf(engine, info),
  ])
  return {
    components,
    confinement: confinementOf(info.SecurityOptions ?? []),
    local: engine.local,
    limits: {
      memory: info.MemoryLimit !== false,
      cpu: info.CpuCfsQuota !== false,
      pids: info.PidsLimit !== false,
    },
    limitsBuildProcesses: canGroupBuilds(engine),
    firewall,
    disk,
    kernel,
    cgroupVersion: engine.cgroupVersion,
  }
}

/** Options are written `name=seccomp,profile=builtin`. */
export function confinementOf(options: string[]): Confinement {
  const parsed = options.map((option) => new Map(option.split(',').map((part) => splitOnce(part))))
  const named = (name: string) => parsed.find((option) => option.get('name') === name)
  const profile = named('seccomp')?.get('profile') ?? (named('seccomp') === undefined ? 'unconfined' : 'default')
  return {
    userNamespaces: named('rootless') ? 'rootless' : named('userns') ? 'remapped' : 'none',
    seccomp: profile === 'unconfined' ? 'none' : /^(default|builtin)$/.test(profile) ? 'default' : 'custom',
    module: named('apparmor') ? 'apparmor' : named('selinux') ? 'selinux' : undefined,
  }
}

function splitOnce(part: string): [string, string] {
  const at = part.indexOf('=')
  return at < 0 ? [part, ''] : [part.slice(0, at), part.slice(at + 1)]
}

async function diskOf(engine: Engine, { DockerRootDir: folder }: EngineInfo): Promise<SecurityFacts['disk']> {
  if (!engine.local || folder === undefined) return undefined
  return { folder, itsOwn: await isDiskOfItsOwn(folder) }
}
