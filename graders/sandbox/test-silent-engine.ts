import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, connect as dial, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Test support: the machine's engine behind a socket that stops passing bytes on, in both directions, and stays open. */
export interface SilentEngine extends AsyncDisposable {
  /** For DOCKER_HOST. */
  endpoint: string
  /** How many calls came after it fell silent. */
  unanswered(): number
}

/** Falls silent with the `nth` call that matches, which the engine does not see any more. */
export async function startSilentEngine(call: RegExp, nth: number, real: string): Promise<SilentEngine> {
  const folder = await mkdtemp(join(tmpdir(), 'cgrade-silent-'))
  const socket = join(folder, 'docker.sock')
  const open = new Set<Socket>()
  let left = nth
  let silent = false
  let unanswered = 0
  const server = createServer((client) => {
    const engine = dial(real)
    for (const end of [client, engine]) {
      open.add(end)
      end.on('error', () => {})
      end.on('close', () => open.delete(end))
    }
    client.on('data', (bytes) => {
      const lines = bytes.toString('latin1')
      if (!silent && call.test(lines)) left -= 1
      silent ||= left <= 0
      if (silent && /^[A-Z]+ \/\S* HTTP\/1\.1\r$/m.test(lines)) unanswered += 1
      if (!silent) engine.write(bytes)
    })
    engine.on('data', (bytes) => {
      if (!silent) client.write(bytes)
    })
    client.on('end', () => engine.end())
    engine.on('end', () => {
      if (!silent) client.end()
    })
  })
  await new Promise<void>((resolve) => server.listen(socket, resolve))
  return {
    endpoint: `unix://${socket}`,
    unanswered: () => unanswered,
    async [Symbol.asyncDispose]() {
      for (const end of open) end.destroy()
      await new Promise((resolve) => server.close(resolve))
      await rm(folder, { recursive: true, force: true })
    },
  }
}
