import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type Docker from 'dockerode'
import { connectEngine } from '../graders/sandbox/engine.ts'
import { listImages } from '../graders/sandbox/images.ts'

/** On every base and in every Dockerfile of a bench run: what is built or run from them inherits it. */
export const scopeLabel = 'bench.run'

/** Where one run of the bench works; all that it made in the engine and on the disk is gone when it is disposed. */
export interface Scope extends AsyncDisposable {
  id: string
  folder: string
  docker: Docker
  /** For DOCKER_HOST. */
  endpoint: string
  /** Of the engine, for the results. */
  engineVersion: string
  signal: AbortSignal
}

export async function openScope(signal: AbortSignal): Promise<Scope> {
  const { docker, endpoint, name, version } = await connectEngine()
  const id = `bench-${randomBytes(4).toString('hex')}`
  const folder = await mkdtemp(join(tmpdir(), `cgrade-${id}-`))
  return {
    id,
    folder,
    docker,
    endpoint,
    engineVersion: `${name} ${version}`,
    signal,
    async [Symbol.asyncDispose]() {
      await removeAll(docker, id)
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** A tag may come late, from a build that was broken off: looked for until nothing is there. */
async function removeAll(docker: Docker, id: string): Promise<void> {
  const label = [`${scopeLabel}=${id}`]
  for (let pass = 0; pass < 10; pass += 1) {
    const containers = await docker.listContainers({
      all: true,
      filters: { label },
    })
    for (const { Id } of containers) await removed(docker.getContainer(Id).remove({ force: true, v: true }))
    const images = (await listImages(docker, { all: true, label })).sort((a, b) => b.Created - a.Created)
    for (const { Id } of images) await removed(docker.getImage(Id).remove({ force: true }))
    if (containers.length === 0 && images.length === 0) return
  }
}

/** Gone already, or another is still made from it: the next pass sees. */
async function removed(removal: Promise<unknown>): Promise<void> {
  await removal.catch((thrown: { statusCode?: number }) => {
    if (thrown.statusCode !== 404 && thrown.statusCode !== 409) throw thrown
  })
}
