import type { GoVariant } from '../graders/sandbox/bases/base-images.ts'
import { deriveImage } from '../graders/sandbox/bases/derive-image.ts'
import { warmLabel } from '../graders/sandbox/bases/warm-bases.ts'
import type { Engine } from '../graders/sandbox/engine.ts'
import { listImages } from '../graders/sandbox/images.ts'
import { type Scope, scopeLabel } from './scope.ts'

export interface BenchBase {
  /** For FROM: an image of this bench alone, so that nothing of it has ever been warmed, and nobody else's is removed. */
  name: string
  id: string
}

/** A base with what cgrade has made of it, by how the program is compiled. */
export interface WarmBases {
  base: BenchBase
  ids: Map<GoVariant, string>
}

/** A base as a fresh machine has it, for so many submissions: the stand-in for `golang`, and a label that says whose it is. */
export async function makeBase(scope: Scope, goVersion: string, count: number): Promise<BenchBase> {
  const { docker, id: scopeId, signal } = scope
  const standIn = `cgrade-stand-in/golang:${goVersion}`
  const { Id: parent } = await docker
    .getImage(standIn)
    .inspect()
    .catch(() => {
      throw new Error(`The engine has no ${standIn}; make it first: \`./grade images golang:${goVersion}\`.`)
    })
  const name = `${scopeId}:go${goVersion}-for-${count}`
  const labels = { [scopeLabel]: scopeId }
  const id = await deriveImage({ docker } as Engine, {
    dockerfile: `FROM ${parent}`,
    labels,
    tag: name,
    signal,
  })
  return { name, id }
}

export async function findWarm(scope: Scope, base: BenchBase): Promise<WarmBases> {
  const images = await listImages(scope.docker, {
    label: [`${warmLabel}=${base.id}`],
  })
  const tags = images.flatMap(({ Id, RepoTags }) => (RepoTags ?? []).map((tag) => [tag.split(':')[1], Id] as const))
  return { base, ids: new Map(tags as [GoVariant, string][]) }
}
