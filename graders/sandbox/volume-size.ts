import type { ContainerInspectInfo } from 'dockerode'
import type { Engine } from './engine.ts'
import { runOnHost } from './host.ts'

/**
 * What is in a container's anonymous volumes: the engine leaves them out of the container's size. Zero where nobody can
 * look: a program that writes there is then only stopped by the disk.
 */
export async function volumeBytes(engine: Engine, { Mounts }: Pick<ContainerInspectInfo, 'Mounts'>): Promise<number> {
  const volumes = Mounts.filter(({ Type }) => Type === 'volume')
  if (volumes.length === 0) return 0
  if (engine.local) {
    const folders = volumes.map(({ Source }) => Source)
    // `du` follows no link of the student's and leaves other file systems out.
    const measured = await runOnHost('du', ['-skx', '--', ...folders], { asRoot: true, timeoutMs: 5_000 })
    if (measured.ran) return sumKibibytes(measured.stdout) * 1024
  }
  const { Volumes } = (await engine.docker.df().catch(() => ({}))) as {
    Volumes?: { Name: string; UsageData?: { Size: number } }[]
  }
  const names = new Set(volumes.map(({ Name }) => Name))
  const used = (Volumes ?? []).filter(({ Name }) => names.has(Name))
  return used.reduce((total, { UsageData }) => total + Math.max(0, UsageData?.Size ?? 0), 0)
}

function sumKibibytes(listing: string): number {
  return listing.split('\n').reduce((total, line) => total + (Number.parseInt(line, 10) || 0), 0)
}
