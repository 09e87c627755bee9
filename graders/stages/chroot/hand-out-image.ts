import { createHash } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import { extract } from 'tar-stream'
import { GraderError } from '../../model/grader-error.ts'
import type { Engine } from '../../sandbox/engine.ts'
import { drawFrom } from '../../spec-kit/random.ts'
import type { ExerciseBench } from '../exercise-bench.ts'
import { type ArchiveLayout, saveImage } from './image-archive.ts'
import { openBox, type TrialOrder } from './script-trial.ts'
import { exportedPath, savedImagePath, standInDocker } from './stand-in-docker.ts'

/** Files for a box in which a script finds a `docker` with one image; `marker` is a file of that image. */
export async function handOutImage(
  bench: ExerciseBench,
  script: string,
  { layout, seed }: { layout: ArchiveLayout; seed: string },
): Promise<{ marker: string; files: NonNullable<TrialOrder['files']> }> {
  const marker = drawFrom(`${seed}/marker`).word()
  const parts = { ...(await busyboxParts(bench)), marker, architecture: bench.engine.architecture }
  const image = await saveImage(parts, {
    layout,
    name: imageNamed(script),
    ...nameLayer(script, seed),
    // Engines with containerd's store keep layers compressed; GNU tar tells by itself, unless it was told.
    gzip: /\btar\s+-?\w*z|\bgunzip|\bzcat/.test(script),
  })
  const docker = { content: standInDocker, mode: 0o755 }
  return {
    marker,
    files: {
      [savedImagePath]: { content: image.archive },
      [exportedPath]: { content: image.rootfs },
      '/usr/local/bin/docker': docker,
      '/usr/local/bin/podman': docker,
    },
  }
}

/** The handout names the layer by its id, and scripts keep that: so it is called as the script says. */
export function nameLayer(script: string, seed: string): { layerId: string; isNamed: boolean } {
  const ids = [...script.matchAll(/(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])/g)]
  // Of several, the one that is unpacked.
  const unpacked = ids.find(({ index }) => /\btar\b[^\n]*$/.test(script.slice(Math.max(0, index - 500), index)))
  const [whole] = unpacked ?? ids[0] ?? []
  if (whole !== undefined) return { layerId: whole, isNamed: true }
  const begin = /(?<![0-9a-z])([0-9a-f]{3,63})\*/.exec(script)?.[1]
  const rest = createHash('sha256').update(`${seed}/layer`).digest('hex')
  return { layerId: `${begin ?? ''}${rest}`.slice(0, 64), isNamed: begin !== undefined }
}

/** The image that the script saves, for the archive's own record of names. */
export function imageNamed(script: string): string {
  return (
    /\b(?:docker|podman)\s+(?:image\s+)?pull\s+(?:-\S{1,100}\s{1,20}){0,8}([a-z0-9][\w./:-]*)/.exec(script)?.[1] ??
    'busybox'
  )
}

type BusyboxParts = { busybox: Buffer; applets: string[] }
const partsByEngine = new WeakMap<Engine, Promise<BusyboxParts>>()

/** Debian's static busybox out of a fresh box: read once per run. */
function busyboxParts(bench: ExerciseBench): Promise<BusyboxParts> {
  const known = partsByEngine.get(bench.engine)
  if (known !== undefined) return known
  const reading = readBusybox(bench)
  partsByEngine.set(bench.engine, reading)
  reading.catch(() => partsByEngine.delete(bench.engine))
  return reading
}

async function readBusybox(bench: ExerciseBench): Promise<BusyboxParts> {
  await using box = await openBox(bench)
  const { output } = await box.run(['busybox', '--list'], { timeoutMs: 15_000 })
  const archive = extract()
  const source = await box.read('/bin/busybox')
  source.on('error', (error) => archive.destroy(error))
  source.pipe(archive)
  for await (const entry of archive) {
    if (entry.header.type !== 'file') break
    return { busybox: await buffer(entry), applets: output.split('\n').filter((name) => /^[\w.[-]+$/.test(name)) }
  }
  throw new GraderError('internal', 'The sandbox for scripts has no busybox.')
}
