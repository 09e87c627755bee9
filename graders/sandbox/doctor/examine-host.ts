import { access, constants, statfs } from 'node:fs/promises'
import { arch, release, tmpdir } from 'node:os'
import { join } from 'node:path'
import { cleanEnvironment, runOnHost } from '../host.ts'

/** Tools of this host that some part of grading or of the set-up calls. */
const tools = ['ip', 'nsenter', 'iptables', 'mmdebstrap'] as const
export type ToolName = (typeof tools)[number]

export interface FreeSpace {
  folder: string
  freeBytes: number
}

export interface HostFacts {
  platform: NodeJS.Platform
  architecture: string
  kernel: string
  nodeVersion: string
  /** `sudo`: it asks for no password. */
  rights: 'root' | 'sudo' | 'none'
  /** Where each tool is; undefined where it is not installed. */
  tools: Record<ToolName, string | undefined>
  temporary: FreeSpace | undefined
}

export async function examineHost(): Promise<HostFacts> {
  const [rights, temporary, ...paths] = await Promise.all([rightsHere(), freeSpace(tmpdir()), ...tools.map(findTool)])
  return {
    platform: process.platform,
    architecture: arch(),
    kernel: release(),
    nodeVersion: process.versions.node,
    rights,
    tools: Object.fromEntries(tools.map((tool, index) => [tool, paths[index]])) as HostFacts['tools'],
    temporary,
  }
}

export async function freeSpace(folder: string): Promise<FreeSpace | undefined> {
  try {
    const { bavail, bsize } = await statfs(folder)
    return { folder, freeBytes: bavail * bsize }
  } catch {
    return undefined
  }
}

async function rightsHere(): Promise<HostFacts['rights']> {
  if (process.getuid?.() === 0) return 'root'
  const tried = await runOnHost('true', [], { asRoot: true, timeoutMs: 3_000 })
  return tried.ran && tried.exitCode === 0 ? 'sudo' : 'none'
}

/** In the folders that `runOnHost` searches, which has the ones of root even where a user's PATH has not. */
async function findTool(tool: ToolName): Promise<string | undefined> {
  for (const folder of cleanEnvironment.PATH.split(':')) {
    const path = join(folder, tool)
    const found = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (found) return path
  }
  return undefined
}
