import { canGroupBuilds } from '../build-group.ts'
import { connectEngine, type Engine, ownerIsGone, ownerLabel, roleLabel } from '../engine.ts'
import { listImages } from '../images.ts'
import { locateEngine } from '../locate-engine.ts'
import { examineFirewall, type FirewallFacts } from './examine-firewall.ts'
import { type FreeSpace, freeSpace } from './examine-host.ts'
import { type ObserverFacts, tryObserver } from './examine-observer.ts'
import type { ContainerTrial } from './try-container.ts'

const registryTimeoutMs = 3_000

export interface EngineFacts {
  name: string
  version: string
  apiVersion: string
  endpoint: string
  /** Where the endpoint was named: `DOCKER_HOST`, `context colima`, `default socket`. */
  from: string
  /** Of the containers: `linux`, `windows`. */
  os: string
  architecture: string
  storageDriver: string
  cgroupVersion: 1 | 2
  cgroupDriver: string
  rootless: boolean
  local: boolean
  root: FreeSpace | undefined
  /** What the engine says that it can limit. */
  limits: { memory: boolean; swap: boolean; cpu: boolean; pids: boolean }
  /** Whether processes of a build can be counted and stopped. */
  limitsBuildProcesses: boolean
  firewall: FirewallFacts
  trial: ContainerTrial
  observer: ObserverFacts
  registry: { reachable: boolean; seen: string }
  baseImages: { name: string; bytes: number }[]
  /** Images with a name, prepared by us or not. */
  localImages: number
  leftOver: LeftOver
}

/** Objects that carry our label: of runs that go on, and of runs whose grader is gone. */
export interface LeftOver {
  inUse: number
  abandoned: number
}

/** Throws a GraderError where no engine answers. */
export async function examineEngine(): Promise<EngineFacts> {
  // Before `connectEngine`, which writes what it found into DOCKER_HOST.
  const located = await locateEngine(process.env)
  const engine = await connectEngine()
  const { docker } = engine
  const [info, images, bases] = await Promise.all([docker.info(), listImages(docker), preparedBases(engine)])
  const [root, registry, leftOver, firewall, tried] = await Promise.all([
    engine.local ? freeSpace(info.DockerRootDir) : undefined,
    askRegistry(engine),
    countLeftOver(engine),
    examineFirewall(engine),
    tryObserver(engine, bases),
  ])
  return {
    name: engine.name,
    version: engine.version,
    apiVersion: engine.apiVersion,
    endpoint: engine.endpoint,
    from: located?.from ?? 'unknown',
    os: info.OSType,
    architecture: engine.architecture,
    storageDriver: info.Driver,
    cgroupVersion: engine.cgroupVersion,
    cgroupDriver: engine.cgroupDriver,
    rootless: engine.rootless,
    local: engine.local,
    root,
    limits: { memory: info.MemoryLimit, swap: info.SwapLimit, cpu: info.CpuCfsQuota, pids: info.PidsLimit !== false },
    limitsBuildProcesses: canGroupBuilds(engine),
    firewall,
    ...tried,
    registry,
    baseImages: bases.map(({ name, bytes }) => ({ name, bytes })),
    localImages: images.filter((image) => image.RepoTags?.some((tag) => tag !== '<none>:<none>')).length,
    leftOver,
  }
}

/** Base images that `cgrade images` or an earlier run prepared, the small ones first. */
async function preparedBases(engine: Engine): Promise<{ name: string; id: string; bytes: number }[]> {
  const images = await listImages(engine.docker, { label: [`${roleLabel}=base`] })
  return images
    .map((image) => ({ name: image.RepoTags?.[0] ?? image.Id.slice(7, 19), id: image.Id, bytes: image.Size }))
    .sort((a, b) => a.bytes - b.bytes)
}

/** Through the engine, because its proxy and its mirrors are what a pull would use. */
async function askRegistry(engine: Engine): Promise<EngineFacts['registry']> {
  const asked = engine.docker.getImage('docker.io/library/hello-world').distribution()
  const answer = asked.then(
    () => ({ reachable: true, seen: 'Docker Hub answers' }),
    (error: { statusCode?: number; json?: { message?: string }; message: string }) => {
      const seen = error.json?.message ?? error.message
      // The engine passes on what the registry said; a registry that nobody reached is its own error 500.
      return { reachable: [401, 403, 404, 429].includes(error.statusCode ?? 0), seen }
    },
  )
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<EngineFacts['registry']>((resolve) => {
    const seen = `no answer within ${registryTimeoutMs / 1000} s`
    timer = setTimeout(() => resolve({ reachable: false, seen }), registryTimeoutMs)
  })
  return Promise.race([answer, late]).finally(() => clearTimeout(timer))
}

async function countLeftOver(engine: Engine): Promise<LeftOver> {
  const filters = { label: [ownerLabel] }
  const [containers, networks, images] = await Promise.all([
    engine.docker.listContainers({ all: true, filters }),
    engine.docker.listNetworks({ filters }),
    listImages(engine.docker, { label: filters.label }),
  ])
  const ours = [...containers, ...networks, ...images]
    .map((object) => (object.Labels ?? {}) as Record<string, string>)
    .filter((labels) => labels[roleLabel] !== 'base')
  const gone = await Promise.all(ours.map(async (labels) => ownerIsGone(labels[ownerLabel] ?? '')))
  const abandoned = gone.filter(Boolean).length
  return { inUse: ours.length - abandoned, abandoned }
}
