import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type Docker from 'dockerode'
import { createStdoutReader } from './relay-frames.ts'

/** Kept ready, since starting a process in a container takes the engine a tenth of a second. */
const spareTunnels = 2

/**
 * Waits for an address, says so on standard error when it has one, then carries bytes between it and its own standard
 * streams. Whichever side closes first ends all of it, which `nc` alone does not do in every build of busybox; nc's own
 * descriptors are below 8.
 */
const script = `
read -r address port || exit 0
echo ready >&2
exec 8<&0 9>&1
exec nc -w 10 "$address" "$port" -e sh -c '
  exec 7<&0
  cat <&8 9>&- & inward=$!
  cat <&7 >&9 & outward=$!
  wait -n
  kill $inward $outward 2>/dev/null
  wait'`

export interface Tunnels {
  /** Joins a connection of ours with a new one from the container to this address. Closes it where the engine fails. */
  join(local: Socket, address: string, port: number): Promise<void>
  /** The first failure of the engine: what looked like a server that closes connections may have been this. */
  trouble(): unknown
  close(): void
}

/** TCP connections that begin in this container of ours, carried to us by the engine: nothing listens there. */
export function createTunnels(container: Docker.Container): Tunnels {
  const spare: Promise<Duplex>[] = []
  const open = new Set<Duplex>()
  let closed = false
  let trouble: unknown

  async function openTunnel(): Promise<Duplex> {
    const exec = await container.exec({
      Cmd: ['sh', '-c', script],
      AttachStdin: true,
      AttachStdout: true,
      AttachStderr: true,
    })
    const tunnel = (await exec.start({ hijack: true, stdin: true })) as Duplex
    open.add(tunnel)
    tunnel.on('error', () => {})
    tunnel.once('close', () => open.delete(tunnel))
    if (closed) tunnel.destroy()
    return tunnel
  }

  function refill(): void {
    while (!closed && spare.length < spareTunnels) {
      const tunnel = openTunnel()
      // Told to whoever takes it.
      tunnel.catch(() => {})
      spare.push(tunnel)
    }
  }

  async function take(): Promise<Duplex> {
    const ready = await spare.shift()
    refill()
    return ready?.writable ? ready : openTunnel()
  }

  refill()
  return {
    async join(local, address, port) {
      const carried = await take()
        .then((tunnel) => {
          tunnel.write(`${address} ${port}\n`)
          return couple(local, tunnel)
        })
        .catch((thrown: Error) => thrown)
      if (carried === true || closed) return
      trouble ??= carried
      local.destroy()
    },
    trouble: () => trouble,
    close() {
      closed = true
      for (const tunnel of open) tunnel.destroy()
    },
  }
}

/** Resolves to true when the container has taken the connection up, whatever the server does then. */
function couple(local: Socket, tunnel: Duplex): Promise<true> {
  return new Promise((resolve, reject) => {
    const refuse = () => reject(new Error('the container did not take it up'))
    tunnel.once('end', refuse).once('close', refuse)
    local.once('close', refuse)
    local.pipe(tunnel)
    // Ends `local` only after the last byte of the answer.
    tunnel.pipe(createStdoutReader(() => resolve(true))).pipe(local)
    local.once('close', () => tunnel.destroy())
    tunnel.once('close', () => {
      if (!tunnel.readableEnded) local.destroy()
      // Nobody reads it any more, and its own end must still be seen.
      else local.resume()
    })
  })
}
