import { readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type Docker from 'dockerode'
import { reapBuildGroups } from './build-group.ts'
import { removeContainer } from './container.ts'
import { type Engine, ownerIsGone, ownerLabel, roleLabel, runLabel } from './engine.ts'
import { listImages, removeImage } from './images.ts'
import { removeNetwork } from './network.ts'
import { keeperRole } from './observer/probe-container.ts'
import { sweepSubtrees } from './observer/sweep-subtrees.ts'
import { reapRules } from './owned-rules.ts'
import { workFolderPrefix } from './work-folder.ts'

const keeperGraceSeconds = 10

type Labels = Record<string, string> | null | undefined

/** Removes everything that one run made in the engine. */
export async function reapRun(engine: Engine, runId: string): Promise<void> {
  await removeLabelled(engine, async (labels) => labels?.[runLabel] === runId)
}

/** Removes what runs have left whose grader is gone (killed, or the machine was rebooted). Runs at every start. */
export async function reapAbandoned(engine: Engine): Promise<void> {
  const gone = new Map<string, boolean>()
  await removeLabelled(engine, async (labels) => {
    const owner = labels?.[ownerLabel]
    if (owner === undefined) return false
    const known = gone.get(owner) ?? (await ownerIsGone(owner))
    gone.set(owner, known)
    return known
  })
  await reapBuildGroups((pid) => !isAlive(pid))
  await sweepSubtrees(engine)
  await reapWorkFolders()
}

async function removeLabelled(engine: Engine, isOurs: (labels: Labels) => Promise<boolean>): Promise<void> {
  const { docker } = engine
  const filters = { label: [ownerLabel] }
  const labelsOfImage = readLabels(await listImages(docker, { all: true, label: [ownerLabel] }))
  const containers = (await docker.listContainers({ all: true, filters })).map((one) => ({
    Id: one.Id,
    labels: labelsOfImage(one.ImageID) ?? one.Labels,
  }))
  const isKeeper = ({ labels }: { labels: Labels }) => labels?.[roleLabel] === keeperRole
  // One that cannot be removed leaves the others no excuse; it is told at the end.
  const removals = await Promise.allSettled(
    containers.map(async (one) => {
      if (!isKeeper(one) && (await isOurs(one.labels))) await removeContainer(docker, one.Id)
    }),
  )
  await Promise.all(
    containers.filter(isKeeper).map(async (one) => {
      if (!(await isOurs(one.labels))) return
      // Its groups are empty now, and it removes them when it is told to end.
      await docker
        .getContainer(one.Id)
        .stop({ t: keeperGraceSeconds })
        .catch(() => {})
      await removeContainer(docker, one.Id)
    }),
  )
  const networks = await docker.listNetworks({ filters: { label: [ownerLabel] } })
  await Promise.all(
    networks.map(async (one) => {
      if (await isOurs(one.Labels)) await removeNetwork(engine, one.Id)
    }),
  )
  await reapRules(engine, isOurs)
  // Children before parents: the engine refuses to remove an image that another one is built on.
  for (let pass = 0; pass < 5; pass += 1) {
    const images = (await listImages(docker, { all: true, label: [ownerLabel] })).sort((a, b) => b.Created - a.Created)
    const labelsOf = readLabels(images)
    let removed = 0
    for (const one of images) {
      const labels = labelsOf(one.Id) ?? one.Labels
      if (labels?.[roleLabel] === 'base' || !(await isOurs(labels))) continue
      await removeImage(engine, one.Id)
      removed += 1
    }
    if (removed === 0) break
  }
  const failed = removals.find(({ status }) => status === 'rejected')
  if (failed?.status === 'rejected') throw failed.reason
}

/**
 * By id, the labels of the run-base that an image was built on; undefined where it was built on none. A Dockerfile may write
 * any label of ours on its own images and on the containers of its steps, but not on what they go back to.
 */
function readLabels(images: Docker.ImageInfo[]): (imageId: string) => Labels {
  const byId = new Map(images.map((one) => [one.Id, one]))
  return (imageId) => {
    let labels: Labels
    // The last one on the way down is ours, whatever those above it say of themselves.
    for (let at = byId.get(imageId); at !== undefined; at = byId.get(at.ParentId)) {
      if (at.Labels?.[roleLabel] === 'run-base') labels = at.Labels
    }
    return labels
  }
}

async function reapWorkFolders(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(workFolderPrefix)) continue
    const folder = join(tmpdir(), name)
    const owner = await readFile(join(folder, 'owner'), 'utf8').catch(() => undefined)
    if (owner !== undefined && (await ownerIsGone(owner))) await rm(folder, { recursive: true, force: true })
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'EPERM'
  }
}
