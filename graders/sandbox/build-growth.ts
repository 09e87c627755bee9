import { statfs } from 'node:fs/promises'
import type { Engine } from './engine.ts'

/** How much a build has written so far, and whether the disk bears more. */
export interface BuildGrowth {
  /** A line of the engine's own: which image or container the build has come to. */
  note(engineLine: string): void
  /** Images with which stages have ended so far, the last one among them. */
  stageEnds(): string[]
  /** Images and containers that the build has made, by the beginnings of their ids. */
  made(): { images: string[]; containers: string[] }
  look(): Promise<{ bytes: number; isDiskLow: boolean }>
}

/** Free below both a tenth of the disk and this is low. */
const lowBytes = 2 * 1024 ** 3
const lowShare = 0.1
/** More than a Dockerfile may have instructions. */
const maxNoted = 400

const dataRoots = new WeakMap<Engine, Promise<string>>()

/** `cgroupParent`: where the steps of this build run, and nothing else; without it, its output has to be believed. */
export function watchGrowth(engine: Engine, cgroupParent: string | undefined, begunAt = Date.now()): BuildGrowth {
  const layers = new Map<string, number>()
  const looked = new Set<string>()
  let image: string | undefined
  const noted: string[] = []
  /** By id, what a step's container was made from; undefined for those of others. */
  const steps = new Map<string, string | undefined>()
  const images: string[] = []
  const ends: string[] = []
  let isBaseNext = false

  /** Layers of all stages; what the base brought is older than the build. */
  async function readLayers(tip: string | undefined): Promise<void> {
    if (tip === undefined || looked.has(tip)) return
    looked.add(tip)
    const history = (await engine.docker.getImage(tip).history()) as { Id: string; Created: number; Size: number }[]
    for (const { Id, Created, Size } of history) {
      if (Created * 1000 >= begunAt - 1000 && Id !== '<missing>') layers.set(Id, Size)
    }
  }

  /** A step can print that another container is its own, and so hide what it writes, where we know it by that alone. */
  async function findSteps(): Promise<string[]> {
    if (cgroupParent === undefined) return noted.slice(-1)
    const listed = (await engine.docker.listContainers({ all: true })).map(({ Id }) => Id)
    for (const id of listed.filter((one) => !steps.has(one))) {
      const inspected = await engine.docker.getContainer(id).inspect()
      steps.set(id, inspected.HostConfig.CgroupParent === cgroupParent ? inspected.Image : undefined)
    }
    return listed.filter((id) => steps.get(id) !== undefined)
  }

  /** The engine counts a file with holes by its length, which is what it would copy. */
  async function sizeOf(container: string): Promise<number> {
    const sized = (await engine.docker.getContainer(container).inspect({ size: true } as object)) as { SizeRw?: number }
    return sized.SizeRw ?? 0
  }

  return {
    note(line) {
      const begun = /^Step \d+\/\d+ : (\S+)/.exec(line)?.[1]?.toUpperCase()
      if (begun !== undefined) isBaseNext = begun === 'FROM'
      if (begun === 'FROM' && image !== undefined) ends.push(image)
      const come = /^ ---> ([0-9a-f]{12})\n$/.exec(line)?.[1]
      if (come !== undefined) {
        image = come
        if (!isBaseNext) images.push(come)
        isBaseNext = false
      }
      const started = /^ ---> Running in ([0-9a-f]{12})\n$/.exec(line)?.[1]
      if (started !== undefined) noted.push(started)
      // A step may print such lines without end.
      if (images.length > maxNoted) images.shift()
      if (noted.length > maxNoted) noted.shift()
      if (ends.length > maxNoted) ends.shift()
    },
    stageEnds: () => (image === undefined ? ends : [...ends, image]),
    made() {
      const found = [...steps.keys()].filter((id) => steps.get(id) !== undefined)
      return { images: [...images], containers: [...noted, ...found] }
    },
    async look() {
      // Each of them may be gone already, or never have been.
      const running = await findSteps().catch(() => [])
      for (const tip of [image, ...running.map((id) => steps.get(id))]) await readLayers(tip).catch(() => {})
      let bytes = [...layers.values()].reduce((sum, size) => sum + size, 0)
      for (const id of running) bytes += await sizeOf(id).catch(() => 0)
      return { bytes, isDiskLow: await isDiskLow(engine) }
    },
  }
}

/** False where the engine's disk cannot be seen from here. */
async function isDiskLow(engine: Engine): Promise<boolean> {
  if (!engine.local) return false
  const root = dataRoots.get(engine) ?? engine.docker.info().then((info) => String(info.DockerRootDir))
  dataRoots.set(engine, root)
  try {
    const disk = await statfs(await root)
    const free = disk.bavail * disk.bsize
    const isFew = disk.files > 0 && disk.ffree < disk.files * 0.02
    return isFew || (free < lowBytes && free < disk.blocks * disk.bsize * lowShare)
  } catch {
    return false
  }
}
