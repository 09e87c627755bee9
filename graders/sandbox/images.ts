import { setTimeout as sleep } from 'node:timers/promises'
import type Docker from 'dockerode'
import type { Engine } from './engine.ts'

const attempts = 10

/** As dockerode's own. Engine 20.10 fails as a whole when an image of its list is removed meanwhile: by another grader, as a rule. */
export async function listImages(
  docker: Pick<Docker, 'listImages'>,
  options: { all?: boolean; dangling?: boolean; label?: string[] } = {},
): Promise<Docker.ImageInfo[]> {
  const { all = false, dangling, label } = options
  const filters = { ...(label && { label }), ...(dangling && { dangling: ['true'] }) }
  const query = { all, filters: JSON.stringify(filters) }
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await docker.listImages(query)
    } catch (thrown) {
      if (attempt === attempts || !isGone(thrown)) throw thrown
      await sleep(50 * attempt)
    }
  }
}

/** Removes an image and its untagged parents; gone already is fine, and so is one that something else still needs. */
export async function removeImage(engine: Pick<Engine, 'docker'>, imageId: string): Promise<void> {
  try {
    await engine.docker.getImage(imageId).remove({ force: true })
  } catch (thrown) {
    if (!isGone(thrown) && (thrown as { statusCode?: number }).statusCode !== 409) throw thrown
  }
}

function isGone(thrown: unknown): boolean {
  const { statusCode, message } = thrown as { statusCode?: number; message?: string }
  return statusCode === 404 || (statusCode === 500 && /unrecognized image ID|no such image/i.test(message ?? ''))
}
