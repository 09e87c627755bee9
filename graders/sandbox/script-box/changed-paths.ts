import type { Readable } from 'node:stream'
import type Docker from 'dockerode'

const mostBytes = 32 * 1024 ** 2

/** Paths that were added or changed in a container, at most `most`, however many its programs made. */
export async function readChangedPaths(docker: Docker, containerId: string, most: number): Promise<string[]> {
  const answer = await askChanges(docker, containerId)
  const paths: string[] = []
  let rest = ''
  let bytes = 0
  answer.setEncoding('utf8')
  try {
    for await (const chunk of answer as AsyncIterable<string>) {
      bytes += chunk.length
      rest += chunk
      let end = 0
      for (const found of rest.matchAll(
        /"Path":("(?:[^"\\]|\\.)*"),"Kind":([012])|"Kind":([012]),"Path":("(?:[^"\\]|\\.)*")/g,
      )) {
        end = found.index + found[0].length
        const [, path, kind, kindBefore, pathAfter] = found
        // 2: removed.
        if ((kind ?? kindBefore) !== '2') paths.push(JSON.parse(path ?? pathAfter ?? '""'))
        if (paths.length >= most) return paths
      }
      rest = rest.slice(end)
      if (bytes > mostBytes) break
    }
    return paths
  } finally {
    answer.destroy()
  }
}

/** dockerode's own call holds the whole answer in memory. */
function askChanges(docker: Docker, containerId: string): Promise<Readable> {
  return new Promise((resolve, reject) => {
    docker.modem.dial(
      {
        path: `/containers/${containerId}/changes`,
        method: 'GET',
        isStream: true,
        statusCodes: { 200: true, 404: 'no such container', 500: 'server error' },
      },
      (error: Error | null, stream: unknown) => (error ? reject(error) : resolve(stream as Readable)),
    )
  })
}
