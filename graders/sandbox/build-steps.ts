import { setTimeout as sleep } from 'node:timers/promises'
import { emptyLayer } from './build-layer.ts'
import { removeContainer } from './container.ts'
import { type Engine, runLabel } from './engine.ts'
import { listImages, removeImage } from './images.ts'

const lateRounds = 4
const lateRoundMs = 500

/**
 * A build that is broken off may leave the container of its current step running for a moment; nobody waits for it. A step
 * may print the engine's own lines with another container's name, so what we remove must be the build's: by its control
 * group, or, where we have none, by being a step at all.
 */
export async function removeStepContainers(
  engine: Engine,
  cgroupParent: string | undefined,
  log: string,
): Promise<void> {
  const filters = { label: [runLabel] }
  const listed = await engine.docker.listContainers({ all: true, filters }).catch(() => [])
  const named = [...log.matchAll(/^ ---> Running in ([0-9a-f]{12})$/gm)].at(-1)?.[1]
  for (const { Id } of listed) {
    if (cgroupParent === undefined && (named === undefined || !Id.startsWith(named))) continue
    const inspected = await engine.docker
      .getContainer(Id)
      .inspect()
      .catch(() => undefined)
    const { CgroupParent, NetworkMode } = inspected?.HostConfig ?? {}
    // A submission's containers are on networks of their own.
    const isStep =
      cgroupParent === undefined ? ['default', 'none'].includes(NetworkMode ?? '') : CgroupParent === cgroupParent
    if (!isStep || inspected === undefined) continue
    await emptyLayer(engine, inspected)
    await removeContainer(engine.docker, Id).catch(() => {})
  }
}

/**
 * Removes what stages have left that the image does not need, or all of it when there is no image: failed builds would hold
 * gigabytes until the run ends. `ids` are those that the build's output names, which a step may have printed: what is not
 * of this run and without a name stays.
 */
export async function removeStageImages(
  engine: Engine,
  labels: Record<string, string>,
  ids: string[],
  kept: string | undefined,
): Promise<void> {
  for (const id of new Set(ids)) {
    const image = await engine.docker
      .getImage(id)
      .inspect()
      .catch(() => undefined)
    if (image === undefined || image.Id === kept || image.RepoTags.length > 0) continue
    if (image.Config?.Labels?.[runLabel] === undefined || image.Config.Labels[runLabel] !== labels[runLabel]) continue
    await removeImage(engine, image.Id).catch(() => {})
  }
}

/** What the engine still finished of a step after the build was broken off, looked for until nothing comes any more. */
export async function removeLateImages(
  engine: Engine,
  labels: Record<string, string>,
  made: { images: string[]; containers: string[] },
): Promise<void> {
  const known = [...made.images]
  const label = [`${runLabel}=${labels[runLabel]}`]
  for (let round = 0; round < lateRounds; round += 1) {
    const listed = await listImages(engine.docker, { all: true, label }).catch(() => [])
    for (const { Id } of listed.filter(({ RepoTags }) => (RepoTags ?? []).every((tag) => tag === '<none>:<none>'))) {
      const image = await engine.docker
        .getImage(Id)
        .inspect()
        .catch(() => undefined)
      if (image === undefined) continue
      const isMade =
        known.some((id) => image.Parent.includes(id)) || made.containers.some((id) => image.Container.startsWith(id))
      if (!isMade) continue
      known.push(Id)
      await removeImage(engine, Id).catch(() => {})
    }
    await sleep(lateRoundMs)
  }
}
