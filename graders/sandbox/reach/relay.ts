import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { GraderError } from '../../model/grader-error.ts'
import { type Engine, roleLabel } from '../engine.ts'
import { startScout } from './relay-scout.ts'
import { createTunnels } from './relay-tunnel.ts'

export interface RelayOrder {
  /** A busybox: official or stand-in. */
  imageId: string
  networkName: string
  labels: Record<string, string>
}

export interface Relay {
  /** On the submission's network: what a server there sees as its client. */
  address: string
  /** Opens a port on the loopback interface of this machine that leads to a port of that network. */
  open(address: string, port: number): Promise<{ port: number; close(): void }>
  /** Throws where the engine failed to carry a connection: nothing that was seen since is evidence. */
  throwIfBroken(): void
  remove(): Promise<void>
}

/**
 * A container of ours on a submission's network, out of which our connections to its server come. It has no other network,
 * nothing listens in it and nothing is published: a student's program can neither use nor reach it, and the engine may be
 * anywhere.
 */
export async function startRelay(engine: Engine, order: RelayOrder): Promise<Relay> {
  const scout = await startScout(engine, {
    imageId: order.imageId,
    networkMode: order.networkName,
    labels: { ...order.labels, [roleLabel]: 'relay' },
  })
  const tunnels = createTunnels(scout.container)
  const closers = new Set<() => void>()

  async function open(address: string, port: number): Promise<{ port: number; close(): void }> {
    const connections = new Set<Socket>()
    const server = createServer({ allowHalfOpen: true }, (local) => {
      connections.add(local)
      local.on('error', () => {})
      local.once('close', () => connections.delete(local))
      void tunnels.join(local, address, port)
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const close = () => {
      closers.delete(close)
      server.close()
      for (const local of connections) local.destroy()
    }
    closers.add(close)
    return { port: (server.address() as AddressInfo).port, close }
  }

  return {
    address: scout.address,
    open,
    throwIfBroken() {
      const cause = tunnels.trouble()
      if (cause === undefined) return
      throw new GraderError('engine.failed', `The engine failed to carry a connection: ${(cause as Error).message}`, {
        cause,
      })
    },
    async remove() {
      for (const close of closers) close()
      tunnels.close()
      await scout.remove()
    },
  }
}
