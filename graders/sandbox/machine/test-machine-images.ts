import { join } from 'node:path'
import type Docker from 'dockerode'
import { execa } from 'execa'
import { scriptBoxRecipe } from '../bases/script-box-recipe.ts'
import { warmLabel } from '../bases/warm-bases.ts'
import { startTestEngine } from '../test-engine.ts'
import { keepMade, makeDisk } from './test-machine-disk.ts'
import { dockerDiskLabel } from './test-machine-system.ts'

/** Test support: what the test machine's engine has, filled by an engine of this machine, which is no emulated one. */

/** Both engines write the same layout only when they are the same version: Debian bookworm's. */
export const engineVersion = '20.10.24'
const spareBytes = 3 * 1024 ** 3

/** Undefined: disks can be filled here. Else why not; completes "skipped: ...". */
export async function imageDiskMissing(): Promise<string | undefined> {
  const { stdout } = await execa('dockerd', ['--version'], { reject: false })
  if (stdout?.includes(engineVersion)) return undefined
  return `the disk of its engine is made by dockerd ${engineVersion}, and here is ${stdout?.trim() || 'none'}`
}

/** Tags of what the bases of a run were, with what was warmed for them, and of our own images. */
export async function tagsFor(docker: Docker, baseDigests: string[]): Promise<string[]> {
  const images = await docker.listImages()
  const own = `cgrade-stand-in/${scriptBoxRecipe().tag}`
  const isWanted = ({ Id, Labels }: Docker.ImageInfo, tag: string) =>
    tag === own || baseDigests.includes(Id) || baseDigests.includes(Labels?.[warmLabel] ?? '')
  const kept = /^cgrade-(stand-in|warm)\//
  return images.flatMap((image) =>
    (image.RepoTags ?? []).filter((tag) => kept.test(tag) && isWanted(image, tag)).slice(0, 1),
  )
}

/** A disk with these images of the engine, by tag; made again when a tag means another image. */
export async function provideImageDisk(docker: Docker, tags: string[]): Promise<string> {
  const images = await Promise.all(
    tags.toSorted().map(async (tag) => {
      const { Id, Size } = await docker.getImage(tag).inspect()
      return { tag, id: Id, bytes: Size }
    }),
  )
  const recipe = JSON.stringify({ layout: 1, images })
  const { folder } = await keepMade('test-images', recipe, async (making) => {
    const file = join(making, 'disk.img')
    const bytes = images.reduce((sum, image) => sum + image.bytes, spareBytes)
    await makeDisk(file, { label: dockerDiskLabel, bytes })
    await using engine = await startTestEngine({ diskImage: file })
    // One at a time: layers that two have in common are then there already.
    for (const { tag } of images) await copyImage(docker, engine.docker, tag)
  })
  return join(folder, 'disk.img')
}

async function copyImage(from: Docker, to: Docker, tag: string): Promise<void> {
  const tar = await from.getImage(tag).get()
  const said = await to.loadImage(tar, { quiet: true })
  let text = ''
  for await (const part of said) text += part
  if (!text.includes('Loaded image')) throw new Error(`the image ${tag} was not copied: ${text.slice(0, 500)}`)
}
