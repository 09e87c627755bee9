import { readFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import Docker from 'dockerode'
import { GraderError } from '../model/grader-error.ts'
import { setDeadlines } from './engine-deadlines.ts'
import { locateEngine } from './locate-engine.ts'

/** Label on every object we make; the reaper knows ours by it. */
export const runLabel = 'dev.cgrade.run'
/** `<machine>/<boot>/<pid>/<start time>` of the process that owns the run: when it is gone, its objects are litter. */
export const ownerLabel = 'dev.cgrade.owner'
/** What an object is for: `submission`, `network`, `relay`, `observer`, `keeper`, `script-box`, `base` (kept between runs), `run-base`. */
export const roleLabel = 'dev.cgrade.role'

export interface Engine {
  docker: Docker
  /** As in DOCKER_HOST. */
  endpoint: string
  name: string
  version: string
  apiVersion: string
  cgroupVersion: 1 | 2
  cgroupDriver: string
  rootless: boolean
  /** `x86_64`, `aarch64`, as the engine says. */
  architecture: string
  /** The engine's containers are processes of this machine: their /proc and their addresses are reachable from here. */
  local: boolean
}

const howToGetAnEngine =
  'Start Docker (or Docker Desktop, or podman with its API socket), or call `./grade`, which provides one on Debian and Ubuntu. `./grade doctor` tells more.'

export async function connectEngine(): Promise<Engine> {
  const found = await locateEngine(process.env)
  if (found === undefined) {
    throw new GraderError('engine.unreachable', 'No container engine answers on this machine.', {
      remedy: howToGetAnEngine,
    })
  }
  // testcontainers reads the environment; both must talk to the same engine.
  process.env.DOCKER_HOST = found.endpoint
  process.env.TESTCONTAINERS_RYUK_DISABLED = 'true'
  process.env.TESTCONTAINERS_HOST_OVERRIDE ??= '127.0.0.1'
  const docker = dockerAt(found.endpoint)
  setDeadlines(docker)
  try {
    const [info, version] = await Promise.all([docker.info(), docker.version()])
    const rootless = JSON.stringify(info.SecurityOptions ?? []).includes('rootless')
    return {
      docker,
      endpoint: found.endpoint,
      name: isPodman(version) ? 'podman' : 'docker',
      version: version.Version,
      apiVersion: version.ApiVersion,
      cgroupVersion: info.CgroupVersion === '2' ? 2 : 1,
      cgroupDriver: info.CgroupDriver ?? 'none',
      rootless,
      architecture: info.Architecture,
      local:
        found.endpoint.startsWith('unix://') && process.platform === 'linux' && info.Name === hostname() && !rootless,
    }
  } catch (cause) {
    throw new GraderError('engine.unreachable', `The container engine at ${found.endpoint} does not answer.`, {
      cause,
      remedy: howToGetAnEngine,
    })
  }
}

function dockerAt(endpoint: string): Docker {
  if (endpoint.startsWith('unix://')) return new Docker({ socketPath: endpoint.slice('unix://'.length) })
  // dockerode itself reads DOCKER_HOST, DOCKER_TLS_VERIFY and DOCKER_CERT_PATH for the others.
  return new Docker()
}

function isPodman(version: { Components?: { Name: string }[] }): boolean {
  return (version.Components ?? []).some((component) => component.Name.toLowerCase().includes('podman'))
}

/** The owner label of this process; the start time tells it from a later process with the same pid. */
export async function ownerOfThisProcess(): Promise<string> {
  return ownerOf(process.pid)
}

async function ownerOf(pid: number): Promise<string> {
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => 'no-boot-id')
  return [hostname(), boot.trim(), pid, await startTimeOf(pid)].join('/')
}

async function startTimeOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  // Field 22, counted after the command name, which may hold blanks and brackets.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? 'gone'
}

/** True when the process that owns objects with this label can no longer clean up after itself. */
export async function ownerIsGone(label: string): Promise<boolean> {
  const [machine, , pid] = label.split('/')
  if (machine !== hostname()) return false
  return (await ownerOf(Number(pid))) !== label
}
