import { readSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'

const chunkBytes = 256 * 1024

/** An open file from its beginning; never closes it, and no read of it is under way while nobody asks. */
export async function* readDescriptor(descriptor: number): AsyncGenerator<Buffer> {
  for (let position = 0; ; await setImmediate()) {
    const chunk = Buffer.allocUnsafe(chunkBytes)
    const bytesRead = readSync(descriptor, chunk, 0, chunkBytes, position)
    if (bytesRead === 0) return
    position += bytesRead
    yield chunk.subarray(0, bytesRead)
  }
}
