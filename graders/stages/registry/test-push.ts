import { readFile } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { pack } from 'tar-stream'
import type { Engine } from '../../sandbox/engine.ts'
import { quickServer } from '../../test-runs.ts'

/** Test support: builds an image of this Dockerfile and the quick server, pushes it as a student would, and removes it here. */
export async function pushImage(
  { docker }: Engine,
  name: string,
  dockerfile: string,
  user?: string,
  server?: Buffer,
): Promise<void> {
  const tar = pack()
  tar.entry({ name: 'Dockerfile' }, dockerfile)
  tar.entry({ name: 'hs', mode: 0o755 }, server ?? (await readFile(quickServer)))
  tar.finalize()
  await follow(await docker.buildImage(tar as unknown as Readable, { t: name }))
  try {
    const [username = 'nobody', password = 'nothing'] = user?.split(':') ?? []
    const serveraddress = name.split('/')[0] ?? ''
    await follow(await docker.getImage(name).push({ authconfig: { username, password, serveraddress } }))
  } finally {
    await docker.getImage(name).remove()
  }
}

async function follow(stream: NodeJS.ReadableStream): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(Buffer.from(chunk))
  const failure = /"error":"[^"]*"/.exec(Buffer.concat(chunks).toString())
  if (failure !== null) throw new Error(failure[0])
}
