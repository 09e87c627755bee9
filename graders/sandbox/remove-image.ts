import type { Engine } from './engine.ts'

/** Removes an image and its untagged parents; gone already is fine, and so is one that something else still needs. */
export async function removeImage(engine: Engine, imageId: string): Promise<void> {
  try {
    await engine.docker.getImage(imageId).remove({ force: true })
  } catch (thrown) {
    const { statusCode } = thrown as { statusCode?: number }
    if (statusCode !== 404 && statusCode !== 409) throw thrown
  }
}
