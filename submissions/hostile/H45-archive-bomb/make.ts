import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'

const memberBytes = 64 * 1024 ** 2
const members = 64

/** A file of zeros, packed once and written down many times: gzip lets members follow each other. */
export default async function make(folder: string): Promise<void> {
  const tar = pack()
  tar.entry({ name: 'zeros', size: memberBytes * members })
  const [header] = (await once(tar, 'data')) as [Buffer]
  tar.destroy()
  const zeros = gzipSync(Buffer.alloc(memberBytes))
  await writeFile(join(folder, 'rootfs.tar.gz'), Buffer.concat([gzipSync(header), ...Array(members).fill(zeros)]))
}
